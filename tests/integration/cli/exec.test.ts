import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const greenpool = useGreenpool({
  // Prints its arguments, each in brackets, so that nothing can hide at their edges.
  'args.sh': '#!/bin/sh\nfor word in "$@"; do printf "[%s]" "$word"; done; echo\n',
  'rows.ndjson': '{"id":1,"name":"a b"}\n{"id":2}\nbroken {\n{"id":4,"name":"\'$(x)"}\n',
  'plain.txt': 'text, no program\n',
  'people.csv': 'name,age\n"a, b",3\nc,4\n"d\ne",5\n',
});

const canShell = process.platform !== 'win32';
const shell = (command: string) => watch(spawn('bash', ['-c', command], { cwd: greenpool.folder })).ended;
const cli = `"${process.execPath}" "${greenpool.main}"`;
const exec = (...words: string[]) => greenpool.run(['exec', '-q', ...words]);
const sorted = (text: string): string[] => text.trimEnd().split('\n').sort();
const leftFolders = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('greenpool-exec-'));

// Each item comes in twice, so that most do not run as the first of their slot.
const ODD = [
  ...['', ' ', '-rf', '--', 'a  b', '\'"`', `$(touch x) $HOME \${PATH}`, '(a;b|c&d)', '*', '\\ \\n', 'é😀'],
  ...['a\nb', '\n', '!x #y', '~', '{}', '{1}', '%s', '\t'],
];

describe.runIf(canShell)('greenpool exec, its arguments', () => {
  test('odd items after ::: arrive as they are', async () => {
    const { code, stdout } = await exec('-k', '-j', '2', '--', 'sh', 'args.sh', '{}', ':::', ...ODD, ...ODD);

    expect(stdout).toBe([...ODD, ...ODD].map((item) => `[${item}]\n`).join(''));
    expect(code).toBe(0);
  });

  test('placeholders, fields and words that look like options of ours', async () => {
    const { stdout, stderr, code } = await exec(
      ...['-k', '-a', 'rows.ndjson', '--', 'sh', 'args.sh', '-j', '{name}', '#{#}-{id}', '-q'],
    );

    expect(stdout).toBe("[-j][a b][#1-1][-q]\n[-j]['$(x)][#4-4][-q]\n");
    expect(stderr).toContain('the item has no field name  rows.ndjson:2');
    expect(stderr).toContain('the line is not valid JSON');
    expect(code).toBe(1);
  });

  test('no two commands that run at the same time have the same {%}', async () => {
    const own = 'mkdir "slot-$0" && sleep 0.1 && rmdir "slot-$0" && echo "$0"';
    const { stdout, code } = await exec('-j', '3', '--', 'sh', '-c', own, '{%}', ':::', ...'abcdefghijkl');

    expect(new Set(sorted(stdout))).toEqual(new Set(['1', '2', '3']));
    expect(code).toBe(0);
  });

  test('--shell sees the item as $1, and no placeholder', async () => {
    const line = `echo "<$1>" $# {} \${1%.txt}`;

    expect((await exec('--shell', line, ':::', 'a b.txt')).stdout).toBe('<a b.txt> 1 {} a b\n');
  });

  test('an argument longer than the system takes fails its item alone', async () => {
    const { code, stdout, stderr } = await greenpool.run(
      ['exec', '-q', '-j', '1', '--', 'echo'],
      `a\n${'x'.repeat(3e6)}\nb\n${'y'.repeat(1e5)}\n`,
    );

    expect(stdout).toBe(`a\nb\n${'y'.repeat(1e5)}\n`);
    expect(stderr).toMatch(/echo was not started: argument list too long +line 2/);
    expect(code).toBe(1);
  });

  test('commands do not eat the input', async () => {
    const { stdout } = await greenpool.run(
      ['exec', '-q', '-k', '--', 'sh', '-c', 'cat; echo "$0"'],
      'a\nb\n',
    );

    expect(stdout).toBe('a\nb\n');
  });

  test('the environment arrives whole', async () => {
    const env = { ...process.env, 'odd-name': 'x', 'BASH_FUNC_f%%': '() { echo f; }' };
    const words = ['exec', '-q', '-j', '1', '--', process.execPath, '-p', 'process.env["odd-name"]', ':::'];

    expect((await greenpool.run([...words, '1', '2', '3'], '', { env })).stdout).toBe('x\nx\nx\n');
  });
});

describe.runIf(canShell)('greenpool exec, its items', () => {
  test('rows of a CSV file have fields', async () => {
    const { stdout } = await exec('-k', '-a', 'people.csv', '--', 'sh', 'args.sh', '{name}', '{age}', '{#}');

    expect(stdout).toBe('[a, b][3][1]\n[c][4][2]\n[d\ne][5][3]\n');
  });

  test('--skip and --limit choose among words after :::, which keep their numbers, and -k their order', async () => {
    const chosen = ['-k', '--skip', '1', '--limit', '2'];
    const line = '[ "$0" = b ] && sleep 0.2; echo "$0"';

    expect((await exec(...chosen, '--', 'sh', '-c', line, '{}', ':::', ...'abcd')).stdout).toBe('b\nc\n');
    expect((await exec(...chosen, '--', 'echo', '{#}', ':::', ...'abcd')).stdout).toBe('2\n3\n');
  });

  test('what failed is the input of the next run: rows, and words after :::', async () => {
    const fails = ['--failed', 'again.csv', '--', 'sh', '-c', '[ "$0" = 4 ]'];
    await exec('-a', 'people.csv', ...fails, '{age}');
    await exec('--failed', 'again.ndjson', '--', 'false', ':::', 'a b', '"', 'x\ny');

    expect(readFileSync(greenpool.path('again.csv'), 'utf8')).toBe('name,age\n"a, b",3\n"d\ne",5\n');
    const { stdout } = await exec('-k', '-a', 'again.ndjson', '--', 'sh', 'args.sh');
    expect(stdout).toBe('[a b]\n["]\n[x\ny]\n');
  });
});

describe.runIf(canShell)('greenpool exec, exit codes', () => {
  test.each([
    [['--', 'no-such-command', ':::', 'a'], 127, 'command not found: no-such-command'],
    [['--', './no/such', ':::', 'a'], 127, 'command not found: ./no/such'],
    [['--', './plain.txt', ':::', 'a'], 126, './plain.txt is not executable'],
    [['--', '/tmp', ':::', 'a'], 126, '/tmp is not executable'],
    [
      ['--', 'echo', '{a.b}', ':::', 'a'],
      2,
      'unknown placeholder {a.b} in argument 1 of the command ({a.b})',
    ],
    [[':::', 'a'], 2, 'no command given'],
    [['--shell', 'x', '--', 'echo', ':::', 'a'], 2, '--shell takes the place of the command'],
    [['-a', 'plain.txt', '--', 'echo', ':::', 'a'], 2, 'items come from -a or from :::, not from both'],
    [['--', 'echo', ':::', 'a', ':::', 'b'], 2, '::: can be given only once'],
    [['--from', 'csv', '--', 'echo', ':::', 'a'], 2, '--from csv is for files'],
    [['--failed', 'f', '-o', 'f', '--', 'echo', ':::', 'a'], 2, 'cannot share a file'],
    [['-k', '--line-buffer', '--', 'echo', ':::', 'a'], 2, '--ordered and --line-buffer exclude each other'],
  ])('%j: nothing is started, exit %i', async (words, code, message) => {
    const ended = await exec(...words);

    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  test('failed items are grouped by status; what they printed is kept', async () => {
    const line = 'echo "$1"; [ "$1" = 9 ] && kill -9 $$; exit $1';
    const { code, stdout, stderr } = await exec('-k', '-j', '1', '--shell', line, ':::', '0', '3', '9', '3');

    expect(stdout).toBe('0\n3\n9\n3\n');
    expect(stderr).toMatch(/2 {2}the command ended with status 3 .*argument:2/);
    expect(stderr).toMatch(/1 {2}the command ended with status 137 \(SIGKILL\) +argument:3/);
    expect(code).toBe(1);
  });

  test('a command that is named by the item and is not there fails the item', async () => {
    const { code, stdout, stderr } = await exec('-j', '1', '--', '{}', 'x', ':::', 'echo', 'no-such', 'echo');

    expect(stdout).toBe('x\nx\n');
    expect(stderr).toContain('command not found: no-such');
    expect(code).toBe(1);
  });

  test('a reader that closes the pipe ends it quietly, with 141, and the commands with it', async () => {
    const { stdout, stderr } = await shell(
      `yes | ${cli} exec -j 4 -- echo | head -1; echo "\${PIPESTATUS[1]}"`,
    );

    expect([stdout, stderr]).toEqual(['y\n141\n', '']);
  });
});

describe.runIf(canShell)('greenpool exec, its output', () => {
  const chatty =
    'for n in 1 2 3 4 5 6 7 8; do printf "%s-" "$1"; printf "%s\\n" "$n"; echo "e$1-$n" >&2; done';
  const items = Array.from({ length: 24 }, (_, index) => `i${index}`);
  const linesOf = (item: string, before = ''): string[] =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${before}${item}-${n}`);

  test('grouped: each command in one piece, as are its errors', async () => {
    const { stdout, stderr } = await exec('-j', '8', '--shell', chatty, ':::', ...items);

    const blocks = (text: string) => text.match(/(?:.*\n){8}/g)?.sort();
    expect(blocks(stdout)).toEqual(items.map((item) => `${linesOf(item).join('\n')}\n`).sort());
    expect(blocks(stderr)).toEqual(items.map((item) => `${linesOf(`e${item}`).join('\n')}\n`).sort());
  });

  test('--line-buffer --tag: whole lines with their item, on both streams', async () => {
    const { stdout, stderr } = await exec(
      ...['-j', '8', '--line-buffer', '--tag', '--shell', chatty, ':::', ...items],
    );

    expect(sorted(stdout)).toEqual(items.flatMap((item) => linesOf(item, `${item}\t`)).sort());
    expect(sorted(stderr)).toEqual(items.flatMap((item) => linesOf(`e${item}`, `${item}\t`)).sort());
  });

  test('--line-buffer: a line is seen while its command still runs', async () => {
    const running = greenpool.start([
      'exec',
      '-q',
      '--line-buffer',
      '--shell',
      'echo first; cat "$1"',
      ':::',
      'pipe',
    ]);
    await shell('mkfifo pipe');
    await running.seen('stdout', /first\n/);
    await shell('echo last > pipe');

    expect(await running.ended).toMatchObject({ code: 0, stdout: 'first\nlast\n' });
  });

  test('-k: input order, whoever ends first', async () => {
    const line =
      'if [ "$1" = a ]; then while ! [ -e done-c ]; do sleep 0.02; done; fi; echo "$1"; : > "done-$1"';

    expect((await exec('-k', '-j', '3', '--shell', line, ':::', 'a', 'b', 'c')).stdout).toBe('a\nb\nc\n');
  });

  test('bytes that are no text, and a last line without an end, are written as they are', async () => {
    await exec('-j', '1', '-o', 'out', '--shell', 'printf "\\377\\000%s" "$1"', ':::', 'a', 'é', 'c');

    expect(readFileSync(greenpool.path('out'))).toEqual(
      Buffer.concat(['a', 'é', 'c'].map((text) => Buffer.concat([Buffer.from([255, 0]), Buffer.from(text)]))),
    );
  });

  test('-o is not emptied when the command is wrong', async () => {
    await exec('-o', 'kept', '--', 'echo', ':::', 'a');

    expect((await exec('-o', 'kept', '--', 'no-such', ':::', 'a')).code).toBe(127);
    expect(readFileSync(greenpool.path('kept'), 'utf8')).toBe('a\n');
  });

  test.each([['-k'], ['--tag'], ['--line-buffer']])(
    '%s: 48 MB of one command in flat memory, beside others',
    async (option) => {
      const line = 'if [ "$1" = big ]; then yes 0123456789abcde | head -c 48000000; else echo "$1"; fi';
      const command = `${cli} exec -q ${option} -j 3 --shell '${line}' ::: a big b`;
      // The shell becomes the command, so the number of its process is known; the peak is asked for as long as it runs.
      const peak =
        'while kb=$(grep VmHWM /proc/$run/status 2>&1); do peak=$kb; sleep 0.05; done; echo "$peak" >&2';

      const { stdout, stderr } = await shell(`${command} & run=$!; ${peak}`);

      const bigLines = stdout.split('\n').filter((text) => text.endsWith('0123456789abcde')).length;
      expect(bigLines).toBe(48_000_000 / 16);
      expect(Number(/(\d+) kB/.exec(stderr)?.[1])).toBeLessThan(150_000);
    },
  );

  test('what a command leaves running is not waited for', async () => {
    for (const mode of ['--group', '--line-buffer']) {
      const { stdout } = await exec(mode, '--shell', 'sleep 30 & echo $!', ':::', 'a');

      expect(() => process.kill(Number(stdout), 'SIGKILL')).not.toThrow();
    }
  });

  test('what it writes later is not taken for the output of another item', async () => {
    const line =
      'if [ "$1" = last ]; then sleep 0.5; else (sleep 0.2; echo late; echo late >&2) & fi; echo "$1"';
    const { stdout, stderr } = await exec('-j', '1', '--shell', line, ':::', 'a', 'b', 'c', 'last');

    expect([stdout, stderr]).toEqual(['a\nb\nc\nlast\n', '']);
  });

  test('a command that kills its own group harms no other', async () => {
    const line = 'case $1 in c) kill -9 0;; e) kill 0; sleep 60;; esac; echo "$1"';
    const { stdout, stderr, code } = await exec('-j', '1', '--shell', line, ':::', ...'abcdef');

    expect(stdout).toBe('a\nb\nd\nf\n');
    expect(stderr).toMatch(/^greenpool: 2 failed/);
    expect(stderr).toMatch(/1 {2}the command ended with status 137 \(SIGKILL\) +argument:3/);
    expect(stderr).toMatch(/1 {2}the command ended with status 143 \(SIGTERM\) +argument:5/);
    expect(code).toBe(1);
  });

  test('nothing is left in the folder for temporary files', async () => {
    const before = leftFolders();
    await exec('--', 'echo', ':::', 'a');

    expect(leftFolders().filter((name) => !before.includes(name))).toEqual([]);
    expect(existsSync(greenpool.path('x'))).toBe(false);
  });
});
