import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  'half.mjs': `
    export default (item, { skip, log }) => {
      if (item % 2 === 0) throw new Error('even');
      if (item === 3) skip('three');
      log('item', item);
      return item;
    };
  `,
  'wait.mjs': `
    export default (item, { signal, log }) => new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, 60_000);
      signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); });
      log('started', item);
    });
  `,
  'move.mjs': `
    import { rmSync, mkdirSync } from 'node:fs';
    mkdirSync('gone', { recursive: true });
    export default () => rmSync('gone', { recursive: true });
  `,
  'in.txt': 'a\nb\nc\n',
});

const objects = (stderr: string): Record<string, unknown>[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('greenpool run --progress json', () => {
  test('ends with the figures and the exit code; all other lines stay text', async () => {
    const args = ['half.mjs', '--from', 'ndjson', '--progress', 'json'];
    const { code, stdout, stderr } = await greenpool.run(args, '1\n2\n3\n4\n5\nx\n');

    const progress = objects(stderr);
    expect(progress.at(-1)).toMatchObject({
      ...{ finished: 6, total: 6, done: 2, failed: 3, skipped: 1, cancelled: 0, running: 0 },
      ...{ final: true, exitCode: 1 },
    });
    expect(progress.filter((object) => 'final' in object)).toHaveLength(1);
    expect([code, stdout]).toEqual([1, '1\n5\n']);
    expect(stderr).toContain('item 1\n');
    expect(stderr).toContain('\ngreenpool: 2 done, 3 failed');
  });

  test('has no line with -q', async () => {
    const { stderr } = await greenpool.run(['half.mjs', '--progress', 'json', '-q', ':::', 'x']);

    expect(objects(stderr)).toEqual([]);
  });

  test('tells once a second what items wait for', async () => {
    const args = ['exec', '--progress', 'json', '--rate', '20/m', '--', 'true'];
    const running = greenpool.start([...args, ':::', '1', '2', '3']);
    await running.seen('stderr', /^\{.*\n/m);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;

    expect(objects(stderr)[0]).toMatchObject({ finished: 1, total: 3, waiting: { rate: 1, queued: 1 } });
    expect(objects(stderr).at(-1)).toMatchObject({ final: true, exitCode: code });
  });
});

describe('greenpool run --summary', () => {
  const summary = (name: string): unknown => JSON.parse(readFileSync(greenpool.path(name), 'utf8'));

  test('has the counts, the failures and the exit code', async () => {
    const args = ['half.mjs', '--from', 'ndjson', '--summary', 'all.json'];
    const { code } = await greenpool.run(args, '1\n2\n3\n4\n');

    expect(code).toBe(1);
    expect(summary('all.json')).toMatchObject({
      command: ['greenpool', ...args],
      ...{ exitCode: 1, ended: 'failed', left: null, skipReasons: { three: 1 } },
      counts: { done: 1, failed: 2, skipped: 1, cancelled: 0, retried: 0 },
      failures: [{ error: 'Error: even', count: 2, first: 'line 2' }],
    });
  });

  test('is written after ctrl-C, and says what is left', async () => {
    const running = greenpool.start(['wait.mjs', '-a', 'in.txt', '-j', '1', '--summary', 'stopped.json']);
    await running.seen('stderr', /started a/);
    running.child.kill('SIGINT');
    await running.seen('stderr', /ctrl-C again/);
    running.child.kill('SIGINT');
    await running.ended;

    expect(summary('stopped.json')).toMatchObject({
      ...{ exitCode: 130, ended: 'cancelled', counts: { done: 0, cancelled: 1 } },
      left: { first: { source: 'in.txt', line: 2 } },
    });
  });

  test.each([
    ['halted', 3, ['--halt', 'soon,fail=1', '-j', '1', ':::', '2', '1', '3']],
    ['max-time', 75, ['--max-time', '0s', '-j', '1', '--rate', '60/m', ':::', '1', '3', '5']],
  ])('is written when %s', async (ended, exitCode, words) => {
    await greenpool.run(['half.mjs', '--from', 'ndjson', '--summary', 'early.json', ...words]);

    expect(summary('early.json')).toMatchObject({ ended, exitCode });
  });

  test('is written when nobody reads the results any more, or they cannot be written', async () => {
    const pipe = greenpool.start(['half.mjs', '--summary', 'pipe.json', ':::', 'x']);
    pipe.child.stdout?.destroy();
    await pipe.ended;
    await greenpool.run(['half.mjs', '--summary', 'full.json', '-o', '/dev/full', ':::', 'x']);

    expect(summary('pipe.json')).toMatchObject({ ended: 'pipe', exitCode: 141 });
    expect(summary('full.json')).toMatchObject({
      ...{ ended: 'output', exitCode: 4 },
      outputError: 'cannot write /dev/full: no space left on device; results written: 0',
    });
  });

  test('that cannot be written is refused before anything is touched', async () => {
    writeFileSync(greenpool.path('kept.ndjson'), 'kept');
    const args = ['half.mjs', '-a', 'in.txt', '-o', 'kept.ndjson', '--summary'];

    for (const [name, message] of [
      ['in.txt', /cannot write in\.txt: it is also an input/],
      ['kept.ndjson', /cannot write kept\.ndjson: other output goes there too/],
      ['none/sum.json', /cannot write none\/sum\.json: no such file or directory/],
      ['-', /--summary needs a file/],
    ] as const) {
      const { code, stderr } = await greenpool.run([...args, name]);
      expect([name, code]).toEqual([name, 2]);
      expect(stderr).toMatch(message);
    }
    expect(readFileSync(greenpool.path('kept.ndjson'), 'utf8')).toBe('kept');
  });

  test('that is lost at the end is told, and the code is 4', async () => {
    const { code, stdout, stderr } = await greenpool.run(
      ['move.mjs', '--summary', 'gone/sum.json', ':::', 'x'],
      '',
    );

    expect([code, stdout]).toEqual([4, 'null\n']);
    expect(stderr).toMatch(/cannot write gone\/sum\.json: no such file or directory/);
    expect(existsSync(greenpool.path('gone'))).toBe(false);
  });
});
