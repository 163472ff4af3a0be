import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { useGreenpool, watch } from './greenpool.ts';

const MILLION = 1_000_000;
// What takes the bar away: to the first column, then erase to the end of the line.
const ERASE = '\r\x1b[K';

const greenpool = useGreenpool({
  'id.mjs': `
    export default async (item) => item;
    export const slow = (item) => new Promise((resolve) => setTimeout(resolve, 300, item));
    process.on('exit', () => process.send?.({ rss: process.resourceUsage().maxRSS * 1024 }));
  `,
  'rows.ndjson': '{"id":1}\n'.repeat(1000),
});

const shell = (command: string) => watch(spawn('bash', ['-c', command], { cwd: greenpool.folder })).ended;
const cli = `"${process.execPath}" "${greenpool.main}"`;
const canShell = process.platform !== 'win32';
const canScript = existsSync('/usr/bin/script') && process.platform === 'linux';

describe.runIf(canShell)('greenpool run, its output', () => {
  test('a reader that closes the pipe ends the run quietly, with 141, on an endless input', async () => {
    const { stdout, stderr } = await shell(
      `yes '{"a":1}' | ${cli} id.mjs | head -1; echo "\${PIPESTATUS[1]}"`,
    );

    expect(stdout).toBe('{"a":1}\n141\n');
    expect(stderr).toBe('');
  });

  test.runIf(existsSync('/dev/full'))('a full disk stops the run with one line and exit 4', async () => {
    const { code, stderr } = await greenpool.run(['id.mjs', '-a', 'rows.ndjson', '-o', '/dev/full']);

    expect(stderr).toBe('greenpool: cannot write /dev/full: no space left on device; results written: 0\n');
    expect(code).toBe(4);
  });

  test.runIf(existsSync('/dev/full'))('help that cannot be printed: one line and exit 4', async () => {
    expect(await shell(`${cli} --help > /dev/full`)).toEqual({
      code: 4,
      stdout: '',
      stderr: 'greenpool: cannot write stdout: no space left on device\n',
    });
  });

  test.each(['--help', '--version', 'run --help'])(
    '%s into a closed pipe is quiet, with 141',
    async (args) => {
      const { stdout, stderr } = await shell(`{ sleep 0.3; ${cli} ${args}; echo $? >&2; } | true`);

      expect([stdout, stderr]).toEqual(['', '141\n']);
    },
  );

  test('a file that can grow no more keeps whole records, and the message counts them', async () => {
    const limited = `trap '' XFSZ; ulimit -f 1; ${cli} id.mjs -a rows.ndjson -o limited; echo $?`;

    const { stdout, stderr } = await shell(limited);
    const kept = readFileSync(greenpool.path('limited'), 'utf8');

    expect(stdout).toBe('4\n');
    expect(kept).toMatch(/^(\{"id":1\}\n)+$/);
    expect(stderr).toBe(
      `greenpool: cannot write limited: file too large; results written: ${kept.split('\n').length - 1}\n`,
    );
  });

  test('1,000,000 lines through a pipe arrive, in flat memory', async () => {
    const child = spawn(process.execPath, [greenpool.main, 'id.mjs', '-k'], {
      cwd: greenpool.folder,
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    const { ended } = watch(child);
    let rss = 0;
    child.on('message', (message: { rss: number }) => {
      rss = message.rss;
    });
    const chunk = '{"id":1,"name":"row"}\n'.repeat(1000);
    for (let sent = 0; sent < MILLION; sent += 1000) {
      if (!child.stdin?.write(chunk)) await new Promise((resolve) => child.stdin?.once('drain', resolve));
    }
    child.stdin?.end();

    const { code, stdout, stderr } = await ended;
    process.stdout.write(`${stderr.trim()}, at most ${Math.round(rss / 1e6)} MB resident\n`);

    expect(stdout.length).toBe(chunk.length * (MILLION / 1000));
    expect(code).toBe(0);
  });
});

describe.runIf(canScript)('greenpool run, on a terminal', () => {
  const onTerminal = async (command: string, env: Record<string, string> = {}) => {
    const options = { cwd: greenpool.folder, env: { ...process.env, TERM: 'xterm', ...env } };
    const run = promisify(execFile)(
      'script',
      ['-qec', `stty cols 100; ${command}; echo "exit $?"`, '/dev/null'],
      options,
    );
    run.child.stdin?.end();
    return (await run).stdout;
  };

  test('draws a bar, takes it away at the end and leaves the summary', async () => {
    const shown = await onTerminal(`head -3 rows.ndjson | ${cli} id.mjs#slow -j 1 -o out`, { NO_COLOR: '' });

    expect(shown).toContain('1 running');
    expect(shown.split(ERASE).at(-1)).toMatch(
      /^greenpool: 3 done in [\d.]+ m?s \([\d.]+\/s\)\r\nexit 0\r\n$/,
    );
  });

  test('NO_COLOR takes the colours, not the bar', async () => {
    const shown = await onTerminal(`${cli} id.mjs#slow -j 500 -a rows.ndjson -o out`, { NO_COLOR: '1' });

    expect(shown).toContain('500 running');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(shown).not.toMatch(/\x1b\[\d*m/);
  });

  test('results that go to the same terminal do not tear the bar', async () => {
    const shown = await onTerminal(`${cli} id.mjs#slow -j 500 -a rows.ndjson`);

    const results = shown.split('\r\n').filter((line) => line.endsWith('{"id":1}'));
    expect(results).toHaveLength(1000);
    expect(results.every((line) => line.split(ERASE).at(-1) === '{"id":1}')).toBe(true);
  });

  test('no input: short help, exit 2', async () => {
    const shown = await onTerminal(`${cli} id.mjs`);

    expect(shown).toMatch(/^greenpool: no input: stdin is a terminal\r\nusage: /);
    expect(shown).toContain('exit 2');
  });
});
