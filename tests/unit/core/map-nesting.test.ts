import { GreenPile, GreenPool } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const double = (n: number): number => n * 2;
const sum = (a: number, b: number): number => a + b;
const unwrap = (outcome: PromiseSettledResult<number>): number =>
  outcome.status === 'fulfilled' ? outcome.value : Number.NaN;

describe('a map inside a task of its own pool of size 1', () => {
  test.each(['imap', 'imapUnordered'] as const)('%s gives its results', async (method) => {
    const pool = new GreenPool(1);

    const results = await pool.run(() => pool[method](double, [1, 2, 3]).toArray());

    expect(results).toEqual([2, 4, 6]);
  });

  test.each(['starmap', 'starmapUnordered'] as const)('%s gives its results', async (method) => {
    const pool = new GreenPool(1);
    const rows: [number][] = [[1], [2]];

    expect(await pool.run(() => pool[method](double, rows).toArray())).toEqual([2, 4]);
  });

  test('runs in the slot of the task: running() stays 1', async () => {
    const pool = new GreenPool(1);
    const running: number[] = [];

    await pool.run(() => pool.imap(() => void running.push(pool.running()), [1, 2, 3]).toArray());

    expect(running).toEqual([1, 1, 1]);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('runs one call at a time, since there is one slot', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const results = watch(pool.run(() => pool.imap(gates.task, naturals(4)).toArray()));

    for (let n = 0; n < 4; n += 1) {
      await settle(3);
      gates.open(n);
    }

    await settle();
    expect([results.value, gates.peak]).toEqual([[0, 1, 2, 3], 1]);
  });

  test('nests to any depth', async () => {
    const pool = new GreenPool(1);
    const tree = async (depth: number): Promise<number> => {
      if (depth === 0) return 1;
      const parts = await pool.imap(tree, [depth - 1, depth - 1]).toArray();
      return parts.reduce((a, b) => a + b);
    };

    expect(await pool.run(tree, 5)).toBe(32);
  });

  test('nests in a map whose calls make maps', async () => {
    const pool = new GreenPool(1);
    const inner = (n: number): Promise<number[]> => pool.imap((m: number) => n * m, [1, 2]).toArray();

    expect(await pool.imap(inner, [1, 10]).toArray()).toEqual([
      [1, 2],
      [10, 20],
    ]);
  });

  test('goes on when all members nest at the same time', async () => {
    const pool = new GreenPool(3);
    const gates = new Gates<number>();
    gates.open(...naturals(30));
    const tasks = [0, 10, 20].map((base) =>
      pool.run(() => pool.imap((n: number) => gates.task(base + n), naturals(10)).toArray()),
    );

    const sums = await Promise.all(tasks);

    expect(sums.map((list) => list.length)).toEqual([10, 10, 10]);
    expect(gates.peak).toBeLessThanOrEqual(3);
  });

  test('goes on when a member of another pool reaches back: A, B, A', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);

    const results = await a.run(() => b.run(() => a.imap(double, [1, 2]).toArray()));

    expect(results).toEqual([2, 4]);
  });

  test('is one whose stages are all nested in the task', async () => {
    const pool = new GreenPool(1);

    const results = await pool.run(() => pool.imap(double, pool.imap(double, [1, 2])).toArray());

    expect(results).toEqual([4, 8]);
  });

  test('keeps an error in its own place', async () => {
    const pool = new GreenPool(1);
    const outcomes = await pool.run(() =>
      pool
        .imap((n: number) => (n === 1 ? Promise.reject('failed') : n), naturals(3))
        .settled()
        .toArray(),
    );

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('a member that waits in next() of a map', () => {
  test('lends its slot to items that were queued by others before', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const map = pool.imap(double, [1, 2, 3]);
    const member = watch(
      pool.run(async () => {
        await gates.task('member');
        return map.toArray();
      }),
    );
    await settle();
    const outside = watch(map.next());
    await settle();
    expect([pool.waiting(), outside.state]).toEqual([2, 'pending']);

    gates.open('member');

    await settle();
    expect([outside.value?.value, member.value]).toEqual([2, [4, 6]]);
  });

  test('lends it to a map that an outsider has made', async () => {
    const pool = new GreenPool(1);
    const map = pool.imap(double, [1, 2, 3]);

    const results = watch(pool.run(() => map.toArray()));

    await settle(20);
    expect(results.value).toEqual([2, 4, 6]);
  });

  test('lends it to a chain of maps that an outsider has made', async () => {
    const pool = new GreenPool(1);
    const chain = pool.imap(double, pool.imap(double, [1, 2, 3]));

    const results = watch(pool.run(() => chain.toArray()));

    await settle(20);
    expect(results.value).toEqual([4, 8, 12]);
  });

  test.each([
    ['three stages', (pool: GreenPool) => pool.imap(double, pool.imap(double, pool.imap(double, [1, 2])))],
    [
      'zipped stages',
      (pool: GreenPool) => pool.imap(sum, pool.imap(double, [1, 3]), pool.imap(double, [3, 5])),
    ],
    ['a settled stage', (pool: GreenPool) => pool.imap(unwrap, pool.imap(double, [4, 8]).settled())],
    ['an unordered stage', (pool: GreenPool) => pool.imap(double, pool.imapUnordered(double, [2, 4]))],
  ] as const)('lends it to a chain that an outsider has made: %s', async (_, make) => {
    const pool = new GreenPool(1);
    const chain = make(pool);

    const results = watch(pool.run(() => chain.toArray()));

    await settle(20);
    expect(results.value).toEqual([8, 16]);
  });

  test('lends it to a map that an outsider has made over a pile', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const pile = new GreenPile<number>(pool);
    const map = pool.imap(double, pile);
    const results = watch(
      pool.run(async () => {
        await gates.task('member');
        return map.toArray();
      }),
    );
    void pile.spawn(double, 1);
    void pile.spawn(double, 2);
    await settle();

    gates.open('member');

    await settle(20);
    expect(results.value).toEqual([4, 8]);
  });

  test('lends it to a map that another task has made and left behind', async () => {
    const pool = new GreenPool(1);
    const map = await pool.run(() => ({ left: pool.imap(double, [1, 2]) }));

    const results = watch(pool.run(() => map.left.toArray()));

    await settle(20);
    expect(results.value).toEqual([2, 4]);
  });

  test('lends it although the pool was shrunk to 0', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const results = watch(
      pool.run(async () => {
        await gates.task('member');
        return pool.imap(double, [1, 2, 3]).toArray();
      }),
    );
    await settle();

    pool.resize(0);
    gates.open('member');

    await settle(20);
    expect([results.value, pool.running()]).toEqual([[2, 4, 6], 0]);
  });

  test('does not lend it to others that queue', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const map = new GreenPool(1).imap(gates.task, ['elsewhere']);
    void watch(pool.run(() => map.next()));
    void watch(pool.run(gates.task, 'queued'));

    await settle();

    expect([gates.started, pool.waiting()]).toEqual([['elsewhere'], 1]);
  });

  test('lends it no longer after its next() has timed out', async () => {
    const clock = new ManualClock();
    const pool = new GreenPool(1, { clock });
    const gates = new Gates<string>();
    const map = pool.imap(gates.task, ['a', 'b']);
    const member = watch(
      pool.run(async () => {
        await map.next({ timeout: 10 }).catch(() => undefined);
        await gates.task('member');
      }),
    );
    await settle();
    expect(gates.started).toEqual(['a']);

    await clock.advance(10);
    gates.open('a');
    await settle();
    expect([gates.started, pool.waiting()]).toEqual([['a', 'member'], 1]);

    gates.open('member', 'b');
    await settle();
    expect([member.state, await map.toArray()]).toEqual(['done', ['a', 'b']]);
  });

  test('leaves its slot to the item that runs there when it is killed', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const map = pool.imap(gates.task, ['a', 'b']);
    const member = await pool.spawn(() => map.next());
    await settle();

    await member.kill('stop');
    await settle();
    expect([pool.running(), gates.started]).toEqual([1, ['a']]);

    gates.open('a', 'b');
    await settle();
    expect([await map.toArray(), pool.running()]).toEqual([['a', 'b'], 0]);
  });

  test('shares several slots: its items never exceed the size', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<number>();
    const results = watch(pool.run(() => pool.imap(gates.task, naturals(6)).toArray()));

    for (let n = 0; n < 6; n += 1) {
      await settle(3);
      expect(pool.running()).toBeLessThanOrEqual(2);
      gates.open(n);
    }

    await settle();
    expect([results.value, gates.peak]).toEqual([[...naturals(6)], 2]);
  });

  test('of a map of another pool lends nothing of that pool', async () => {
    const outer = new GreenPool(1);
    const inner = new GreenPool(1);
    const gates = new Gates<number>();
    void watch(outer.run(() => inner.imap(gates.task, naturals(3)).toArray()));

    await settle();

    expect([gates.running, inner.running(), inner.waiting(), outer.running()]).toEqual([1, 1, 1, 1]);
  });
});

describe('waitall() with a map inside a task', () => {
  test('waits for the items in the lent slot', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<number>();
    void watch(pool.run(() => pool.imap(gates.task, [1]).next()));
    const idle = watch(pool.waitall());
    await settle();
    expect(idle.state).toBe('pending');

    gates.open(1);

    await settle();
    expect(idle.state).toBe('done');
  });

  test('and kill() reaches them too', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<number>();
    const member = watch(pool.run(() => pool.imap(gates.task, naturals()).next()));
    await settle();

    const killed = watch(pool.kill('stop'));
    gates.open(0);

    await settle();
    expect([member.error, killed.state, pool.running(), gates.started]).toEqual(['stop', 'done', 0, [0]]);
  });
});
