import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useGreenpool } from './greenpool.ts';

const greenpool = useGreenpool({
  // A server with four places; what comes meanwhile waits for one.
  'server.mjs': `
    let running = 0;
    const waiting = [];
    export default async function serve(item) {
      if (running >= 4) await new Promise((resolve) => waiting.push(resolve));
      running += 1;
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      waiting.shift()?.();
      return item;
    }`,
  'log.mjs': `
    import { appendFileSync } from 'node:fs';
    export default async (item) => {
      appendFileSync('log.txt', item + '\\n');
      console.log('for people');
      await null;
    };`,
  'fails.mjs': 'export default async () => { throw new Error("no such day"); };',
  'never.mjs': 'export default () => new Promise(() => {});',
  'waits.mjs': `
    export default (item, { signal }) => new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, 60_000);
      signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); });
      console.log('waiting');
    });`,
  'quick-then-waits.mjs': `
    let calls = 0;
    export default () => {
      calls += 1;
      // The first step takes three or four of them, and the second at least six more, on any machine.
      if (calls <= 6) return new Promise((resolve) => setTimeout(resolve, 4));
      if (calls === 7) console.log('slow now');
      return new Promise((resolve) => setTimeout(resolve, 300));
    };`,
  'numbers.txt': `${Array.from({ length: 3_000 }, (_, index) => index).join('\n')}\n`,
});

interface Told {
  readonly jobs: number | null;
  readonly reason: string;
  readonly explanation: string;
  readonly steps: readonly {
    readonly size: number;
    readonly calls: number;
    readonly notes: readonly string[];
  }[];
  readonly items: number;
  readonly ms: number;
}

describe('greenpool tune', () => {
  test('prints a row for each size and a suggestion to stdout, what it does to stderr', async () => {
    const { code, stdout, stderr } = await greenpool.run([
      'tune',
      'server.mjs',
      '-a',
      'numbers.txt',
      '--max',
      '8',
    ]);

    expect(code).toBe(0);
    const rows = stdout.split('\n');
    expect(rows[0]).toMatch(/^ *size +items\/s +p50 ms +p95 ms +failed +note$/);
    expect(rows.slice(1, 3).map((row) => row.trim().split(/ +/).slice(0, 5))).toEqual([
      ['1', expect.stringMatching(/^[\d.,]+$/), ...Array(2).fill(expect.stringMatching(/^[\d.,]+$/)), '0'],
      ['2', expect.stringMatching(/^[\d.,]+$/), ...Array(2).fill(expect.stringMatching(/^[\d.,]+$/)), '0'],
    ]);
    expect(rows.filter((row) => row.includes('suggested'))).toHaveLength(1);
    expect(rows.at(-2)).toMatch(/^-j \d+: /);
    expect(stderr).toMatch(/^greenpool: measuring 1 at a time\ngreenpool: measuring 2 at a time\n/);
  });

  test('--json tells the same to programs', async () => {
    const args = ['tune', 'server.mjs', '-a', 'numbers.txt', '--max', '4', '--json', '-q'];
    const { code, stdout, stderr } = await greenpool.run(args);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const told: Told = JSON.parse(stdout);
    expect(told.steps.map(({ size }) => size)).toEqual(expect.arrayContaining([1, 2]));
    expect(told.steps.every(({ calls }) => calls >= 48)).toBe(true);
    expect(told.steps.map(({ size }) => size)).toContain(told.jobs);
    expect(told.items).toBe(told.steps.reduce((sum, { calls }) => sum + calls, 0));
  });

  test('no item is used twice, and what the function prints is no result', async () => {
    const { code, stdout, stderr } = await greenpool.run([
      'tune',
      'log.mjs',
      '-a',
      'numbers.txt',
      '--max',
      '2',
      '--json',
    ]);

    expect(code).toBe(0);
    const used = readFileSync(greenpool.path('log.txt'), 'utf8').trim().split('\n');
    const { items }: Told = JSON.parse(stdout);
    expect(new Set(used).size).toBe(used.length);
    expect(used).toEqual(Array.from({ length: items }, (_, index) => String(index)));
    expect(stderr).toContain('for people');
  });

  test('a small input is measured as far as it goes, and says so', async () => {
    const input = `${Array.from({ length: 60 }, (_, index) => index).join('\n')}\n`;
    const { code, stdout } = await greenpool.run(['tune', 'server.mjs', '--json', '-q'], input);

    expect(code).toBe(0);
    const told: Told = JSON.parse(stdout);
    expect(told.steps[0]?.size).toBe(1);
    expect(told.items).toBe(60);
    expect(told.explanation).toContain('the input ended before');
  });

  test('an input too small for anything: no suggestion, exit 1', async () => {
    expect(await greenpool.run(['tune', 'server.mjs', '-q', ':::', 'a', 'b'])).toEqual({
      code: 1,
      stdout: 'no suggestion: the input is too small: one size needs at least 3 items\n',
      stderr: '',
    });
  });

  test('a function that always fails: one size, its errors, exit 1', async () => {
    const { code, stdout, stderr } = await greenpool.run(['tune', 'fails.mjs', '-a', 'numbers.txt', '-q']);

    expect(code).toBe(1);
    expect(stdout.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^ +1 .* all failed/),
      '',
      'no suggestion: every call failed',
      '',
    ]);
    expect(stderr).toContain('Error: no such day  numbers.txt:1');
  });

  test('a function that never ends is not waited for', async () => {
    const { code, stderr } = await greenpool.run(['tune', 'never.mjs', '-q', ':::', 'a']);

    expect(code).toBe(75);
    expect(stderr).toContain('the function never ends');
  });

  test('one ctrl-C ends it with what was measured', async () => {
    const running = greenpool.start([
      'tune',
      'quick-then-waits.mjs',
      '-a',
      'numbers.txt',
      '--step-time',
      '10ms',
    ]);
    await running.seen('stderr', /slow now/);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;

    expect(code).toBe(75);
    expect(stderr).toContain('no new items; waiting for');
    expect(stdout).toMatch(/^size /);
    expect(stdout).toMatch(/^-j \d+: .*stopped early$/m);
  });

  test('a second ctrl-C cancels what runs', async () => {
    const running = greenpool.start(['tune', 'waits.mjs', '-a', 'numbers.txt']);
    await running.seen('stderr', /waiting/);
    running.child.kill('SIGINT');
    await running.seen('stderr', /no new items/);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;

    expect({ code, stdout }).toEqual({
      code: 130,
      stdout: 'no suggestion: it was stopped before anything was measured\n',
    });
  });

  test.each([
    ['no module', ['tune'], 'no module given\nusage: greenpool tune <module>'],
    ['a module there is not', ['tune', 'nope.mjs', ':::', 'a'], 'cannot find module nope.mjs'],
    ['an input there is not', ['tune', 'server.mjs', '-a', 'nope.txt'], 'cannot read nope.txt'],
    ['a size of none', ['tune', 'server.mjs', '--max', '0'], 'It must be a whole number, 1 or more.'],
    ['an option of run', ['tune', 'server.mjs', '-k'], "unknown option '-k'"],
  ])('%s: exit 2, and what is wrong', async (_name, args, message) => {
    const { code, stdout, stderr } = await greenpool.run(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
