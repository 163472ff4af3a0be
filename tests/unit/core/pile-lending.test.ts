import { GreenPile, GreenPool } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const double = (n: number): number => n * 2;

describe('a pile inside a task of its own pool of size 1', () => {
  test('runs its spawns in the slot of the task, one after another', async () => {
    const pool = new GreenPool(1);
    const running: number[] = [];
    const results = await pool.run(async () => {
      const pile = new GreenPile<number>(pool);
      for (const n of [1, 2, 3]) {
        await pile.spawn(() => {
          running.push(pool.running());
          return n;
        });
      }
      return pile.toArray();
    });

    expect([results, running]).toEqual([
      [1, 2, 3],
      [1, 1, 1],
    ]);
  });

  test('runs spawns that were not awaited as well', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<number>();
    const results = watch(
      pool.run(() => {
        const pile = new GreenPile<number>(pool);
        for (const n of [1, 2, 3]) void pile.spawn(gates.task, n);
        return pile.toArray();
      }),
    );

    for (const n of [1, 2, 3]) {
      await settle(3);
      gates.open(n);
    }

    await settle();
    expect([results.value, gates.peak]).toEqual([[1, 2, 3], 1]);
  });

  test('keeps an error in its place', async () => {
    const pool = new GreenPool(1);
    const outcome = await pool.run(async () => {
      const pile = new GreenPile<number>(pool);
      await pile.spawn(() => Promise.reject('failed'));
      return pile.settled().next();
    });

    expect(outcome.value).toEqual({ status: 'rejected', reason: 'failed' });
  });

  test('nests', async () => {
    const pool = new GreenPool(1);
    const tree = async (depth: number): Promise<number> => {
      if (depth === 0) return 1;
      const pile = new GreenPile<number>(pool);
      await pile.spawn(tree, depth - 1);
      await pile.spawn(tree, depth - 1);
      return (await pile.toArray()).reduce((a, b) => a + b);
    };

    expect(await pool.run(tree, 5)).toBe(32);
  });
});

describe('a member that waits in next() of a pile', () => {
  /** A full pool of size 1 whose one member reads `pile` once it is told to; outsiders have queued two spawns there. */
  async function fullPool(clock = new ManualClock()) {
    const pool = new GreenPool(1, { clock });
    const gates = new Gates<string | number>();
    const pile = new GreenPile<string | number>(pool);
    const member = await pool.spawn(async () => {
      await gates.task('member');
      return pile.toArray();
    });
    const results = watch(member.wait());
    const spawned = [watch(pile.spawn(gates.task, 1)), watch(pile.spawn(gates.task, 2))];
    await settle();
    return { pool, gates, pile, member, results, spawned };
  }

  test('lends its slot to the spawns that others have queued there', async () => {
    const { pool, gates, results, spawned } = await fullPool();
    expect([pool.waiting(), gates.started]).toEqual([2, ['member']]);

    gates.open('member');
    await settle();
    expect([gates.started, pool.running(), pool.waiting()]).toEqual([['member', 1], 1, 1]);

    gates.open(1, 2);
    await settle();
    expect([results.value, spawned.map(({ state }) => state), pool.running()]).toEqual([
      [1, 2],
      ['done', 'done'],
      0,
    ]);
  });

  test('lends it although the pool was shrunk to 0', async () => {
    const { pool, gates, results } = await fullPool();

    pool.resize(0);
    gates.open('member', 1, 2);

    await settle();
    expect([results.value, pool.running(), pool.waiting()]).toEqual([[1, 2], 0, 0]);
  });

  test('lends it to spawns that come while it waits', async () => {
    const { gates, pile, results } = await fullPool();
    gates.open('member');
    await settle();

    void pile.spawn(gates.task, 3);
    gates.open(1, 2, 3);

    await settle();
    expect(results.value).toEqual([1, 2, 3]);
  });

  test('lends it at once, also when it waits for what runs in another slot', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<string>();
    const pile = new GreenPile<string>(pool);
    await pile.spawn(gates.task, 'a');
    const member = watch(pool.run(() => pile.toArray()));
    await settle();

    void pile.spawn(gates.task, 'b');
    await settle();
    expect([gates.started, pool.running(), pool.waiting()]).toEqual([['a', 'b'], 2, 0]);

    gates.open('a', 'b');
    await settle();
    expect(member.value).toEqual(['a', 'b']);
  });

  test('does not lend it to the spawns of another pile', async () => {
    const { pool, gates } = await fullPool();
    const other = new GreenPile<string | number>(pool);
    void other.spawn(gates.task, 'other');

    gates.open('member', 1);

    await settle();
    expect(gates.started).toEqual(['member', 1, 2]);
  });

  test('leaves its slot to what runs there when it is killed, and lends no more', async () => {
    const { pool, gates, member } = await fullPool();
    gates.open('member');
    await settle();

    await member.kill('stop');
    await settle();
    expect([pool.running(), gates.started]).toEqual([1, ['member', 1]]);

    gates.open(1, 2);
    await settle();
    expect([gates.started, pool.running()]).toEqual([['member', 1, 2], 0]);
  });

  test('lends no more when its next() has timed out', async () => {
    const clock = new ManualClock();
    const pool = new GreenPool(1, { clock });
    const gates = new Gates<string>();
    const pile = new GreenPile<string>(pool);
    void watch(
      pool.run(async () => {
        await gates.task('before');
        await pile.next({ timeout: 10 }).catch(() => undefined);
        await gates.task('after');
      }),
    );
    void pile.spawn(gates.task, 'a');
    void pile.spawn(gates.task, 'b');
    gates.open('before');
    await settle();
    expect(gates.started).toEqual(['before', 'a']);

    await clock.advance(10);
    gates.open('a');

    await settle();
    expect([gates.started, pool.waiting()]).toEqual([['before', 'a', 'after'], 1]);
  });
});

describe('a pile of a pool that a member reaches through another pool', () => {
  test('goes on: A, B, A', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);
    const pile = new GreenPile<number>(a);

    const results = await a.run(() =>
      b.run(async () => {
        await pile.spawn(double, 1);
        await pile.spawn(double, 2);
        return pile.toArray();
      }),
    );

    expect(results).toEqual([2, 4]);
  });
});
