import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  'flaky.mjs': `const tries = new Map();
    export default (item, { attempt }) => {
      if (attempt < 3) throw Object.assign(new Error('busy'), { status: 503 });
      return { item, attempt };
    };`,
  'fails.mjs': `export default (item) => { if (item % 2 === 1) throw new Error('odd'); return item; };`,
  'slow.mjs': `import { setTimeout as sleep } from 'node:timers/promises';
    export default async (item, { signal }) => {
      await sleep(Math.abs(item), undefined, { signal });
      if (item < 0) throw new RangeError('negative');
      return item;
    };`,
  'crowd.mjs': `import { setTimeout as sleep } from 'node:timers/promises';
    const running = new Map();
    let most = 0;
    export default async (item, { key }) => {
      const now = (running.get(key) ?? 0) + 1;
      running.set(key, now);
      most = Math.max(most, now);
      await sleep(3);
      running.set(key, running.get(key) - 1);
      return { key, most };
    };`,
  'numbers.ndjson': Array.from({ length: 40 }, (_, n) => `${n + 1}\n`).join(''),
  'flaky.sh': 'f="$1.seen"; if [ -e "$f" ]; then echo "again $1"; else echo lost; touch "$f"; exit 75; fi\n',
});

const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('greenpool run with limits', () => {
  test('tries again, tells how often, and ends with 0 when all is done at last', async () => {
    const args = ['flaky.mjs', '-r', '2', '--backoff', '1ms', '--retry-on', '5xx', '--envelope'];
    const { code, stdout, stderr } = await greenpool.run(args, 'a\nb\n');

    expect(code).toBe(0);
    expect(lines(stdout)).toEqual(
      expect.arrayContaining([expect.objectContaining({ item: 'a', status: 'done', attempts: 3 })]),
    );
    expect(stderr).toMatch(/2 done, 4 retried/);
  });

  test('does not try again what is not in the list', async () => {
    const { code, stderr } = await greenpool.run(['flaky.mjs', '-r', '2', '--retry-on', '429'], 'a\n');

    expect(code).toBe(1);
    expect(stderr).toMatch(/1 failed/);
    expect(stderr).not.toMatch(/retried/);
  });

  test('fails an item that runs out of time, and goes on', async () => {
    const args = ['slow.mjs', '--from', 'ndjson', '--timeout', '200ms'];
    const { code, stdout, stderr } = await greenpool.run(args, '60000\n1\n');

    expect([code, stdout]).toEqual([1, '1\n']);
    expect(stderr).toMatch(/did not end within 200 ms/);
  });

  test('halts with 3 when too much has failed, and leaves the rest', async () => {
    const args = [
      'fails.mjs',
      '-a',
      'numbers.ndjson',
      '--from',
      'ndjson',
      '-j',
      '1',
      '--halt',
      'soon,fail=3',
    ];
    const { code, stdout, stderr } = await greenpool.run(args);

    expect([code, lines(stdout)]).toEqual([3, [2, 4]]);
    expect(stderr).toMatch(/halted, since 3 failed; what runs goes on/);
    expect(stderr).toMatch(/2 done, 3 failed .*the input from numbers\.ndjson:6 on was not started/);
  });

  test('halts by a share of what has finished', async () => {
    const args = [
      'fails.mjs',
      '-a',
      'numbers.ndjson',
      '--from',
      'ndjson',
      '-j',
      '1',
      '--halt',
      'soon,fail=50%',
    ];
    const { code, stderr } = await greenpool.run(args);

    expect(code).toBe(3);
    expect(stderr).toMatch(/5 done, 6 failed/);
  });

  test('fails fast: the first failure cancels what runs', async () => {
    const args = ['slow.mjs', '--from', 'ndjson', '--fail-fast'];
    const { code, stderr } = await greenpool.run(args, '60000\n60000\n-1\n');

    expect(code).toBe(3);
    expect(stderr).toMatch(/halted, since 1 failed/);
    expect(stderr).toMatch(/cancelled/);
  });

  test('starts nothing more after --max-time, and ends with 75 when items are left', async () => {
    const args = ['slow.mjs', '--from', 'ndjson', '-j', '1', '--max-time', '1s'];
    const running = greenpool.start(args);
    running.child.stdin?.on('error', () => {});
    running.child.stdin?.write('1\n2\n');
    await running.seen('stdout', /2/);
    const { code, stdout, stderr } = await running.ended;

    expect([code, stdout]).toEqual([75, '1\n2\n']);
    expect(stderr).toMatch(/no new items after 1 s/);
  });

  test('keeps to the limit of each host of a list of addresses', async () => {
    const input = Array.from({ length: 60 }, (_, n) => `https://host${n % 3}.example/${n}\n`).join('');
    const { code, stdout } = await greenpool.run(['crowd.mjs', '-j', '20', '--per', 'host=2'], input);
    const results = lines(stdout) as { key: string; most: number }[];

    expect(code).toBe(0);
    expect(results).toHaveLength(60);
    expect(new Set(results.map(({ key }) => key))).toEqual(
      new Set(['host0.example', 'host1.example', 'host2.example']),
    );
    expect(Math.max(...results.map(({ most }) => most))).toBe(2);
  });

  test.each([
    [['--rate', 'fast'], /It must be a rate/],
    [['--per', '=1'], /It must be FIELD=N/],
    [['--timeout', '5'], /It must be a duration/],
    [['-j', '0%'], /It must be 1 or more/],
    [['--halt', 'now'], /It must be never, now,fail=N/],
    [['--retry-on', 'a b'], /It must be a list of codes/],
  ])('refuses %j with 2', async (words, message) => {
    const { code, stderr } = await greenpool.run(['fails.mjs', ...words], '1\n');

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('greenpool exec with limits', () => {
  test('tries a command again that ended with a status of the list, and keeps no output of the first attempt', async () => {
    const args = ['exec', '-r', '1', '--backoff', '1ms', '--retry-on', '75', '--', 'sh', 'flaky.sh', '{}'];
    const { code, stdout, stderr } = await greenpool.run([...args, ':::', 'a', 'b']);

    expect(stdout.trim().split('\n').sort()).toEqual(['again a', 'again b']);
    expect(stderr).toMatch(/2 done, 2 retried/);
    expect(code).toBe(0);
  });

  test('ends a command that runs out of time', async () => {
    const { code, stdout, stderr } = await greenpool.run([
      'exec',
      '--timeout',
      '300ms',
      '--',
      'sleep',
      '{}',
      ':::',
      '60',
      '0',
    ]);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/did not end within 300 ms/);
    expect(stderr).toMatch(/1 done, 1 failed/);
  });

  test('halts', async () => {
    const { code } = await greenpool.run([
      'exec',
      '-j',
      '1',
      '--halt',
      'now,fail=1',
      '--',
      'false',
      ':::',
      '1',
      '2',
      '3',
    ]);

    expect(code).toBe(3);
  });
});
