import { GreenPile, GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const failure = new Error('failed');
const double = (n: number): number => n * 2;
const failsFor =
  (bad: number, error: unknown = failure) =>
  (n: number): number => {
    if (n === bad) throw error;
    return n;
  };

describe('a map over another GreenMap', () => {
  test('works on its results, on the same pool of size 1', async () => {
    const pool = new GreenPool(1);

    expect(await pool.imap(double, pool.imap(double, [1, 2, 3])).toArray()).toEqual([4, 8, 12]);
  });

  test('works on its results, on another pool', async () => {
    const fetched = new GreenPool(3).imap(async (n: number) => `page ${n}`, [1, 2]);

    expect(await new GreenPool(2).imap((page: string) => page.length, fetched).toArray()).toEqual([6, 6]);
  });

  test('chains many stages on one pool of size 1', async () => {
    const pool = new GreenPool(1);
    let stage = pool.imap(double, [1]);
    for (let depth = 0; depth < 9; depth += 1) stage = pool.imap(double, stage);

    expect(await stage.toArray()).toEqual([1024]);
  });

  test('starmap spreads the tuples of another map', async () => {
    const pool = new GreenPool(2);
    const pairs = pool.imap(null, [1, 2], [10, 20]);

    expect(await pool.starmap((a: number, b: number) => a + b, pairs).toArray()).toEqual([11, 22]);
  });

  test('works on settled results as on any item', async () => {
    const pool = new GreenPool(2);
    const outcomes = pool.imap(failsFor(1), naturals(3)).settled();

    expect(await pool.imap(({ status }) => status, outcomes).toArray()).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});

describe('an item of a source that is a GreenMap', () => {
  test('that failed takes its place as an error, and the iteration goes on', async () => {
    const pool = new GreenPool(2);
    const calls: number[] = [];
    const map = pool.imap(
      (n: number) => {
        calls.push(n);
        return n * 2;
      },
      pool.imap(failsFor(1), naturals(3)),
    );

    expect(await map.next()).toEqual({ value: 0, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect([await map.next(), await map.next()]).toEqual([{ value: 4, done: false }, end]);
    expect(calls).toEqual([0, 2]);
  });

  test('that failed goes through several stages to its own place', async () => {
    const pool = new GreenPool(1);
    const outcomes = pool.imap(double, pool.imap(double, pool.imap(failsFor(1), naturals(3)))).settled();

    expect(await outcomes.toArray()).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: 8 },
    ]);
  });

  test('that failed is an error of an unordered map as well', async () => {
    const pool = new GreenPool(1);
    const outcomes = await pool
      .imapUnordered(double, pool.imap(failsFor(0), naturals(3)))
      .settled()
      .toArray();

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  test('that failed with undefined is an error all the same', async () => {
    const pool = new GreenPool(1);
    const source = pool.imap((n: number) => (n === 0 ? Promise.reject(undefined) : n), naturals(2));

    expect(await pool.imap(double, source).settled().toArray()).toEqual([
      { status: 'rejected', reason: undefined },
      { status: 'fulfilled', value: 2 },
    ]);
  });

  test.each(['left', 'right'] as const)(
    'zipped with another source keeps the rows aligned (%s)',
    async (side) => {
      const pool = new GreenPool(2);
      const failing = pool.imap(failsFor(1), naturals(3));
      const others = [10, 11, 12];
      const map = side === 'left' ? pool.imap(null, failing, others) : pool.imap(null, others, failing);

      const outcomes = await map.settled().toArray();

      const row = (n: number): number[] => (side === 'left' ? [n, n + 10] : [n + 10, n]);
      expect(outcomes).toEqual([
        { status: 'fulfilled', value: row(0) },
        { status: 'rejected', reason: failure },
        { status: 'fulfilled', value: row(2) },
      ]);
    },
  );

  test('zipped with one that fails in the same row gives the error of the left one, and the rows go on', async () => {
    const pool = new GreenPool(2);
    const left = pool.imap(failsFor(1, 'left'), naturals(3));
    const right = pool.imap(failsFor(1, 'right'), naturals(3));

    const outcomes = await pool.imap(null, left, right).settled().toArray();

    expect(outcomes).toEqual([
      { status: 'fulfilled', value: [0, 0] },
      { status: 'rejected', reason: 'left' },
      { status: 'fulfilled', value: [2, 2] },
    ]);
  });

  test('after its own source threw ends the next stage: its error once, then done', async () => {
    function* failing(): Generator<number> {
      yield 1;
      throw failure;
    }
    const pool = new GreenPool(1);
    const map = pool.imap(double, pool.imap(double, failing()));

    expect(await map.next()).toEqual({ value: 4, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect([await map.next(), await map.next()]).toEqual([end, end]);
  });

  test('rejects with the reason when the pool of the source is killed; then the map is done', async () => {
    const gates = new Gates<number>();
    const first = new GreenPool(1);
    const map = new GreenPool(1).imap(double, first.imap(gates.task, naturals()));
    const next = watch(map.next());
    await settle();

    void first.kill(failure);

    await settle();
    expect([next.error, await map.next()]).toEqual([failure, end]);
  });
});

describe('stages of maps', () => {
  test('pass the back-pressure on to the first source', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const first = new GreenPool(2).imap((n: number) => n, source);
    const second = new GreenPool(3).imap(gates.task, first);

    void watch(second.next());

    await settle(20);
    expect(source.pulled).toBe(4 + 6);
  });

  test('start the first source only with the first next() of the last', async () => {
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);

    pool.imap(double, pool.imap(double, source));

    await settle();
    expect(source.opened).toBe(0);
  });

  test('are closed from the last to the first source', async () => {
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);
    const first = pool.imap(double, source);
    const second = pool.imap(double, first);
    await second.next();

    await second.return();

    await settle();
    expect([source.closed, await first.next()]).toEqual([1, end]);
  });

  test('are closed also while the first source has yet to answer', async () => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => new Promise(() => {}),
      }),
    };
    const pool = new GreenPool(2);
    const map = pool.imap(double, pool.imap(double, source));
    void watch(map.next());
    await settle();

    const returned = watch(map.return());

    await settle();
    expect(returned.value).toEqual(end);
  });

  test('are closed when a for await loop over the last one fails', async () => {
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);

    await expect(pool.imap(failsFor(4), pool.imap(double, source)).toArray()).rejects.toBe(failure);

    await settle();
    expect(source.closed).toBe(1);
  });

  test('never exceed the size of their pool together', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const first = pool.imap((n: number) => gates.task(`first ${n}`), naturals(4));
    const results = watch(pool.imap((name: string) => gates.task(`then ${name}`), first).toArray());

    for (let n = 0; n < 4; n += 1) gates.open(`first ${n}`);
    for (let n = 0; n < 4; n += 1) {
      await settle();
      gates.open(`then first ${n}`);
    }

    await settle();
    expect([results.value?.length, gates.peak]).toEqual([4, 2]);
  });
});

describe('a map over a GreenPile', () => {
  test('works on its results until nothing is outstanding', async () => {
    const pile = new GreenPile<number>(2);
    for (const n of [1, 2, 3]) await pile.spawn(() => n);

    expect(await new GreenPool(1).imap(double, pile).toArray()).toEqual([2, 4, 6]);
  });

  test('takes an error of the pile in its place and goes on', async () => {
    const pile = new GreenPile<number>(1, { order: 'spawn' });
    for (const n of [0, 1, 2]) await pile.spawn(failsFor(1), n);

    expect(await pile.pool.imap(double, pile).settled().toArray()).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: 4 },
    ]);
  });

  test('zipped with another source keeps the rows aligned', async () => {
    const pile = new GreenPile<number>(1, { order: 'spawn' });
    for (const n of [0, 1, 2]) await pile.spawn(failsFor(1), n);

    expect(await pile.pool.imap(null, pile, 'abc').settled().toArray()).toEqual([
      { status: 'fulfilled', value: [0, 'a'] },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: [2, 'c'] },
    ]);
  });

  test('that is closed leaves what it has not taken in the pile', async () => {
    const pile = new GreenPile<number>(1, { order: 'spawn' });
    for (const n of [0, 1, 2, 3]) await pile.spawn(double, n);
    const map = new GreenPool(1).with({ readAhead: 1 }).imap(double, pile);
    await map.next();
    await settle();

    await map.return();

    expect(await pile.toArray()).toEqual([4, 6]);
  });

  test('inside a task of its pool of size 1 gets the results of spawns that queue', async () => {
    const pool = new GreenPool(1);
    const pile = new GreenPile<number>(pool);
    const gates = new Gates<string>();
    const member = watch(
      pool.run(async () => {
        await gates.task('member');
        return pool.imap(double, pile).toArray();
      }),
    );
    void pile.spawn(double, 1);
    void pile.spawn(double, 2);
    await settle();

    gates.open('member');

    await settle(20);
    expect(member.value).toEqual([4, 8]);
  });
});
