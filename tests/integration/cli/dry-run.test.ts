import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  'touch.mjs': `
    import { writeFileSync } from 'node:fs';
    export default () => writeFileSync('called', '');
  `,
  'urls.ndjson': '{"url":"https://a.example/1"}\n{"url":\n{"url":"https://a.example/2"}\n',
  'good.txt': 'a\nb\n',
  'kept.ndjson': 'kept\n',
});

const run = (...args: readonly string[]) => greenpool.run([...args, '--dry-run']);

describe('greenpool run --dry-run', () => {
  test('reads everything, tells what is bad, and starts and writes nothing', async () => {
    const files = ['-o', 'kept.ndjson', '--failed', 'new.ndjson', '--summary', 'new.json', '-J', 'new.gpj'];
    const limits = ['--per', 'host=2', '--rate', '1/s'];
    const { code, stdout, stderr } = await run('touch.mjs', '-a', 'urls.ndjson', ...files, ...limits);

    expect([code, stdout]).toEqual([1, '{"url":"https://a.example/1"}\n']);
    expect(stderr).toMatch(/^greenpool: 1 would fail:\n.*\n.*not valid JSON +urls\.ndjson:2, byte 30/m);
    expect(stderr).toContain('host: 1 different, 2 at a time of each; most: a.example 2\n');
    expect(stderr).toContain('at least 1 s to start 2\n');
    expect(stderr).toMatch(/\ngreenpool: dry run: 3 items, 1 bad; nothing was started\n$/);
    expect(readFileSync(greenpool.path('kept.ndjson'), 'utf8')).toBe('kept\n');
    for (const name of ['called', 'new.ndjson', 'new.json', 'new.gpj']) {
      expect([name, existsSync(greenpool.path(name))]).toEqual([name, false]);
    }
  });

  test.each([
    [0, ['touch.mjs', '-a', 'good.txt']],
    [2, ['touch.mjs#none', '-a', 'good.txt']],
    [2, ['touch.mjs', '-a', 'good.txt', '--failed', 'good.txt']],
    [2, ['touch.mjs', '-a', 'good.txt', '-o', 'none/out']],
    [2, ['touch.mjs', '-a', 'good.txt', '--rate', 'fast']],
  ])('exits with %i for %j', async (expected, args) => {
    expect((await run(...args)).code).toBe(expected);
  });

  test('of an endless input ends with ctrl-C and tells what was read', async () => {
    const running = greenpool.start(['touch.mjs', '--dry-run', '--progress', 'json']);
    running.child.stdin?.on('error', () => {});
    running.child.stdin?.write('a\nb\n');
    await running.seen('stderr', /"finished":2/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;

    expect([code, stdout]).toEqual([130, '"a"\n']);
    expect(stderr).toContain('dry run: 2 items so far; nothing was started\n');
  });
});

describe('greenpool exec --dry-run', () => {
  test('prints the first commands so that a shell would run the same', async () => {
    const items = ["it's", '$HOME `x`', 'a\nb\t\x1b\\', 'fourth'];
    const args = ['exec', '--dry-run', '--', 'printf', '%s|', '{}', ':::', ...items];
    const { code, stdout, stderr } = await greenpool.run(args);

    expect([code, stdout.split('\n')]).toEqual([0, expect.objectContaining({ length: 4 })]);
    expect(execFileSync('bash', ['-c', stdout], { encoding: 'utf8' })).toBe(
      `${items.slice(0, 3).join('|')}|`,
    );
    expect(stderr).toBe('greenpool: the first commands:\ngreenpool: dry run: 4 items; nothing was started\n');
  });

  test('finds items that have no command, and a command that is not there', async () => {
    const fields = await greenpool.run(['exec', '-a', 'urls.ndjson', '--dry-run', '--', 'echo', '{name}']);

    expect([fields.code, fields.stdout]).toEqual([1, '']);
    expect(fields.stderr).toMatch(/2 +the item has no field name +urls\.ndjson:1/);
    expect((await greenpool.run(['exec', '--dry-run', '--', 'no-such-command', ':::', 'a'])).code).toBe(127);
  });

  test('that nobody reads ends as a closed pipe', async () => {
    const running = greenpool.start(['exec', '--dry-run', '--', 'echo', ':::', 'a']);
    running.child.stdout?.destroy();

    expect((await running.ended).code).toBe(141);
  });
});
