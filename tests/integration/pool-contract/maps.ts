import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { rejection, thrown } from '../../support/rejection.ts';
import { tasks } from '../threads/library.ts';
import { begun, counts, haveBegun, openAll, openFor, type Stage } from './stage.ts';

/** Maps over a pool. */
export function maps(stage: Stage): void {
  describe('imap', () => {
    test('gives results in input order, whatever order the calls end in', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const map = pool.imap(tasks.stage, [flags, flags, flags], [1, 2, 3]);
      const first = map.next();
      await haveBegun(flags, 2);

      openFor(flags, 2);
      await haveBegun(flags, 3);
      openAll(flags);

      expect(await first).toEqual({ value: 1, done: false });
      expect(await map.toArray()).toEqual([2, 3]);
      expect(await map.next()).toEqual({ value: undefined, done: true });
    });

    test('zips sources to the shortest, and takes async ones', async () => {
      const pool = stage.pool(2);
      async function* some(): AsyncGenerator<number> {
        yield 10;
        yield 20;
      }

      expect(await pool.imap(tasks.add, [1, 2, 3], some()).toArray()).toEqual([11, 22]);
    });

    test('touches its source at the first next(), and reads ahead no further than readAhead', async () => {
      const pool = stage.pool(2);
      const source = new CountedSource(naturals());
      const map = pool.with({ readAhead: 3 }).imap(tasks.double, source.sync);
      await settle();
      expect(source.opened).toBe(0);

      for (let taken = 1; taken <= 20; taken += 1) {
        expect(await map.next()).toEqual({ value: (taken - 1) * 2, done: false });
        await settle();
        expect(source.pulled).toBeLessThanOrEqual(taken + 3);
      }
      await map.return();
      expect(source.closed).toBe(1);
    });

    test('never runs more calls than there are slots, also with others on the pool', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const task = pool.run(tasks.stage, flags, 9);
      const map = pool.imap(tasks.stage, [flags, flags, flags], [1, 2, 3]);
      const first = map.next();
      await haveBegun(flags, 2);
      await settle();

      expect(begun(flags).sort()).toEqual([1, 9]);
      expect(pool.running()).toBe(2);
      openAll(flags);
      expect(await first).toEqual({ value: 1, done: false });
      expect(await map.toArray()).toEqual([2, 3]);
      expect(await task).toBe(9);
    });

    test('a failure rejects in its place, and next() goes on behind it', async () => {
      const pool = stage.pool(2);
      const map = pool.imap(tasks.doubleOdd, [1, 2, 3]);

      expect(await map.next()).toEqual({ value: 2, done: false });
      expect(await rejection(map.next())).toMatchObject({ message: 'even 2' });
      expect(await map.next()).toEqual({ value: 6, done: false });
      expect(await map.next()).toEqual({ value: undefined, done: true });
    });

    test('a failure closes the map for a loop', async () => {
      const pool = stage.pool(2);
      const source = new CountedSource(naturals());
      const seen: number[] = [];
      const loop = async (): Promise<void> => {
        for await (const n of pool.with({ readAhead: 4 }).imap(tasks.doubleOdd, [1], source.sync))
          seen.push(n);
      };
      const odd = new CountedSource([1, 3, 4, 5, 7, 9]);
      const failing = async (): Promise<void> => {
        for await (const n of pool.with({ readAhead: 1 }).imap(tasks.doubleOdd, odd.sync)) seen.push(n);
      };

      await loop();
      expect(seen).toEqual([2]);
      expect(await rejection(failing())).toMatchObject({ message: 'even 4' });

      expect(seen).toEqual([2, 2, 6]);
      expect(odd.closed).toBe(1);
      await pool.waitall();
      expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 0 });
    });

    test('an error of the source comes after the results before it, then done', async () => {
      const pool = stage.pool(2);
      const error = new Error('no more');
      function* source(): Generator<number> {
        yield 1;
        yield 3;
        throw error;
      }
      const map = pool.imap(tasks.double, source());

      expect(await map.next()).toEqual({ value: 2, done: false });
      expect(await map.next()).toEqual({ value: 6, done: false });
      expect(await rejection(map.next())).toBe(error);
      expect(await map.next()).toEqual({ value: undefined, done: true });
    });

    test('settled() never rejects for a task', async () => {
      const pool = stage.pool(2);

      const results = await pool.imap(tasks.doubleOdd, [1, 2, 3]).settled().toArray();

      expect(results).toMatchObject([
        { status: 'fulfilled', value: 2 },
        { status: 'rejected', reason: { message: 'even 2' } },
        { status: 'fulfilled', value: 6 },
      ]);
    });

    test('toArray() rejects with the first failure and closes the map', async () => {
      const pool = stage.pool(2);
      const map = pool.imap(tasks.doubleOdd, [1, 2, 3]);

      expect(await rejection(map.toArray())).toMatchObject({ message: 'even 2' });
      expect(await map.next()).toEqual({ value: undefined, done: true });
    });

    test('a break ends what runs and gives the slots back', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      openFor(flags, 0);
      const source = new CountedSource(naturals());
      const board = new CountedSource(Array.from({ length: 100 }, () => flags));

      for await (const n of pool.imap(tasks.stage, board.sync, source.sync)) {
        expect(n).toBe(0);
        break;
      }

      await pool.waitall();
      expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 0 });
      expect([board.closed, source.closed]).toEqual([1, 1]);
      expect(await pool.run(tasks.add, 1, 2)).toBe(3);
    });

    test('calls of next() that overlap each get an item of their own', async () => {
      const pool = stage.pool(2);
      const map = pool.imap(tasks.double, [1, 2, 3]);

      const steps = await Promise.all([map.next(), map.next(), map.next(), map.next()]);

      expect(steps.map(({ value }) => value)).toEqual([2, 4, 6, undefined]);
    });

    test('a next() that expires loses nothing', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const map = pool.imap(tasks.stage, [flags], [1]);

      expect(await rejection(map.next({ timeout: 1 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
      openAll(flags);

      expect(await map.next()).toEqual({ value: 1, done: false });
    });

    test('null gives the items themselves', async () => {
      const pool = stage.pool(2);

      expect(await pool.imap(null, [1, 2], ['a', 'b']).toArray()).toEqual([
        [1, 'a'],
        [2, 'b'],
      ]);
    });

    test('any other non-function, or a source that is none, is a TypeError in the call', () => {
      const pool = stage.pool(1);

      expect(thrown(() => pool.imap(42 as unknown as null, [1]))).toBeInstanceOf(TypeError);
      expect(thrown(() => pool.imap(tasks.double, 42 as unknown as number[]))).toBeInstanceOf(TypeError);
    });

    test('maps compose on one pool of size 1', async () => {
      const pool = stage.pool(1);

      const twice = pool.imap(tasks.double, pool.imap(tasks.double, [1, 2, 3]));

      expect(await twice.toArray()).toEqual([4, 8, 12]);
    });

    test('over many items of tiny calls gives every result in its place', async () => {
      const pool = stage.pool(2);
      const count = 3_000;

      const results = await pool.imap(tasks.double, naturals(count)).toArray();

      expect(results).toEqual(Array.from({ length: count }, (_, n) => n * 2));
    });
  });

  describe('starmap', () => {
    test('spreads the elements as arguments', async () => {
      const pool = stage.pool(2);
      const pairs: [number, number][] = [
        [1, 2],
        [3, 4],
      ];

      expect(await pool.starmap(tasks.add, pairs).toArray()).toEqual([3, 7]);
    });
  });

  describe('imapUnordered', () => {
    test('gives results as the calls end', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const map = pool.imapUnordered(tasks.stage, [flags, flags], [1, 2]);
      const first = map.next();
      await haveBegun(flags, 2);

      openFor(flags, 2);
      expect(await first).toEqual({ value: 2, done: false });
      openFor(flags, 1);

      expect(await map.next()).toEqual({ value: 1, done: false });
      expect(await map.next()).toEqual({ value: undefined, done: true });
    });
  });
}
