import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { greenpool, tasks } from '../threads/library.ts';
import { haveBegun, openAll, openFor, type Stage } from './stage.ts';

const { GreenPile } = greenpool;

/** Piles over a pool. */
export function piles(stage: Stage): void {
  describe('GreenPile', () => {
    test('gives results as they come', async () => {
      const pile = new GreenPile<number>(stage.pool(2));
      const flags = stage.flags();
      await pile.spawn(tasks.stage, flags, 1);
      await pile.spawn(tasks.stage, flags, 2);
      await haveBegun(flags, 2);

      openFor(flags, 2);
      expect(await pile.next()).toEqual({ value: 2, done: false });
      openFor(flags, 1);

      expect(pile.length).toBe(1);
      expect(await pile.toArray()).toEqual([1]);
    });

    test("with order 'spawn' gives them in the order of the spawns", async () => {
      const pile = new GreenPile<number>(stage.pool(2), { order: 'spawn' });
      const flags = stage.flags();
      await pile.spawn(tasks.stage, flags, 1);
      await pile.spawn(tasks.stage, flags, 2);
      await haveBegun(flags, 2);

      openFor(flags, 2);
      const first = pile.next();
      openFor(flags, 1);

      expect(await first).toEqual({ value: 1, done: false });
      expect(await pile.next()).toEqual({ value: 2, done: false });
    });

    test('a spawn that queues is outstanding', async () => {
      const pile = new GreenPile<number>(stage.pool(1));
      const flags = stage.flags();
      const spawns = [1, 2, 3].map((id) => pile.spawn(tasks.stage, flags, id));

      expect(pile.length).toBe(3);
      openAll(flags);
      expect(await pile.toArray()).toEqual([1, 2, 3]);
      await Promise.all(spawns);
    });

    test('is at its end when nothing is outstanding, and can be filled again', async () => {
      const pile = new GreenPile<number>(stage.pool(1));
      await pile.spawn(tasks.double, 1);
      expect(await pile.toArray()).toEqual([2]);
      expect(await pile.next()).toEqual({ value: undefined, done: true });

      await pile.spawn(tasks.double, 2);

      expect(await pile.next()).toEqual({ value: 4, done: false });
    });

    test('a failure rejects in its place, and the results behind it stay', async () => {
      const pile = new GreenPile<number>(stage.pool(1), { order: 'spawn' });
      for (const n of [1, 2, 3]) await pile.spawn(tasks.doubleOdd, n);

      expect(await pile.next()).toEqual({ value: 2, done: false });
      expect(await rejection(pile.next())).toMatchObject({ message: 'even 2' });
      expect(await pile.next()).toEqual({ value: 6, done: false });
    });

    test('settled() never rejects', async () => {
      const pile = new GreenPile<number>(stage.pool(1), { order: 'spawn' });
      for (const n of [1, 2]) await pile.spawn(tasks.doubleOdd, n);

      const results: unknown[] = [];
      for await (const result of pile.settled()) results.push(result);

      expect(results).toMatchObject([
        { status: 'fulfilled', value: 2 },
        { status: 'rejected', reason: { message: 'even 2' } },
      ]);
    });

    test('several share a pool, and each sees its own results', async () => {
      const pool = stage.pool(2);
      const [one, other] = [new GreenPile<number>(pool), new GreenPile<number>(pool)];
      await one.spawn(tasks.double, 1);
      await other.spawn(tasks.double, 2);

      expect(await one.toArray()).toEqual([2]);
      expect(await other.toArray()).toEqual([4]);
    });

    test('forgets an item that is withdrawn from the line', async () => {
      const pool = stage.pool(1);
      const pile = new GreenPile<number>(pool);
      const flags = stage.flags();
      await pile.spawn(tasks.stage, flags, 1);
      const abort = new AbortController();
      const other = new GreenPile<number>(pool.with({ signal: abort.signal }));
      const queued = rejection(other.spawn(tasks.stage, flags, 2));

      abort.abort(new Error('enough'));

      expect(await queued).toMatchObject({ message: 'enough' });
      expect(other.length).toBe(0);
      openAll(flags);
      expect(await pile.toArray()).toEqual([1]);
    });
  });
}
