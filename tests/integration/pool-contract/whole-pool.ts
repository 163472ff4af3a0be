import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection, thrown } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';
import { tasks } from '../threads/library.ts';
import { begun, counts, haveBegun, openAll, openFor, type Stage } from './stage.ts';

/** What is done to a pool as a whole. */
export function wholePool(stage: Stage): void {
  describe('resize', () => {
    test('growing starts as many as there is room for, in order', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const all = [1, 2, 3, 4, 5].map((id) => pool.run(tasks.stage, flags, id));
      await haveBegun(flags, 1);

      pool.resize(3);

      expect(pool.size).toBe(3);
      expect(counts(pool)).toEqual({ running: 3, free: 0, waiting: 2 });
      expect((await haveBegun(flags, 3)).sort()).toEqual([1, 2, 3]);
      openAll(flags);
      expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
    });

    test('after shrinking, running tasks go on and free() is negative', async () => {
      const pool = stage.pool(3);
      const flags = stage.flags();
      const all = [1, 2, 3, 4].map((id) => pool.run(tasks.stage, flags, id));
      await haveBegun(flags, 3);

      pool.resize(1);

      expect(counts(pool)).toEqual({ running: 3, free: -2, waiting: 1 });
      openFor(flags, 1);
      await all[0];
      expect(counts(pool)).toEqual({ running: 2, free: -1, waiting: 1 });
      openFor(flags, 2);
      await all[1];
      expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 1 });
      openFor(flags, 3);
      await all[2];
      expect(await haveBegun(flags, 4)).toHaveLength(4);
      openAll(flags);
      expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
    });

    test.each([
      [-1, RangeError],
      [1.5, TypeError],
      [Number.NaN, TypeError],
    ])('to %d changes nothing', (size, type) => {
      const pool = stage.pool(2);

      expect(thrown(() => pool.resize(size))).toBeInstanceOf(type);
      expect(pool.size).toBe(2);
    });
  });

  describe('waitall', () => {
    test('resolves at once when nothing runs', async () => {
      await stage.pool(1).waitall();
    });

    test('waits for what runs and for who queues', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const all = [1, 2].map((id) => pool.run(tasks.stage, flags, id));
      const idle = pool.waitall();
      const seen = watch(idle);

      openFor(flags, 1);
      await haveBegun(flags, 2);
      await settle();

      expect(seen.state).toBe('pending');
      openAll(flags);
      await idle;
      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
      await Promise.all(all);
    });

    test('covers what a link spawns', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.note, flags, 1);
      thread.link(() => void pool.spawnN(tasks.note, flags, 2));

      await pool.waitall();

      expect(begun(flags)).toEqual([1, 2]);
    });

    test('does not reject because tasks failed', async () => {
      const pool = stage.pool(2);
      const threads = [await pool.spawn(tasks.fail, 'a'), await pool.spawn(tasks.fail, 'b')];

      await pool.waitall();

      expect(threads.map(({ state }) => state)).toEqual(['failed', 'failed']);
      expect(await rejection(threads[0]?.wait() as Promise<never>)).toMatchObject({ message: 'a' });
      expect(await rejection(threads[1]?.wait() as Promise<never>)).toMatchObject({ message: 'b' });
    });

    test('a timeout or a signal ends the wait alone', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const task = pool.run(tasks.stage, flags, 1);

      expect(await rejection(pool.waitall({ timeout: 1 }))).toMatchObject({ code: 'ERR_TIMEOUT' });
      const reason = new Error('enough');
      expect(await rejection(pool.waitall({ signal: AbortSignal.abort(reason) }))).toBe(reason);

      openAll(flags);
      expect(await task).toBe(1);
    });
  });

  describe('close', () => {
    test('refuses new work and waits for the rest', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const all = [1, 2].map((id) => pool.run(tasks.stage, flags, id));

      const closed = pool.close();
      const seen = watch(closed);
      const refusals = [pool.run(tasks.add, 1, 2), pool.spawn(tasks.add, 1, 2), pool.spawnN(tasks.add, 1, 2)];

      for (const refused of refusals)
        expect(await rejection(refused)).toMatchObject({ code: 'ERR_POOL_CLOSED' });
      expect(thrown(() => pool.trySpawn(tasks.add, 1, 2))).toMatchObject({ code: 'ERR_POOL_CLOSED' });
      await haveBegun(flags, 1);
      expect(seen.state).toBe('pending');
      openAll(flags);
      await closed;
      expect(await Promise.all(all)).toEqual([1, 2]);
    });

    test('lets an open map yield what was admitted, then refuse, then end', async () => {
      const pool = stage.pool(1);
      const map = pool.with({ readAhead: 1 }).imap(tasks.double, [1, 2, 3, 4]);
      expect(await map.next()).toEqual({ value: 2, done: false });

      void pool.close();
      let step = await map.next().catch((error: unknown) => error);
      const values: unknown[] = [];
      while (!(step instanceof Error)) {
        values.push((step as IteratorResult<number>).value);
        step = await map.next().catch((error: unknown) => error);
      }

      expect(values.length).toBeLessThan(3);
      expect(step).toMatchObject({ code: 'ERR_POOL_CLOSED' });
      expect(await map.next()).toEqual({ value: undefined, done: true });
    });

    test('twice is as once', async () => {
      const pool = stage.pool(1);
      await pool.run(tasks.add, 1, 2);

      await Promise.all([pool.close(), pool.close()]);
      await pool.close();
    });

    test('is what `await using` does', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const task = pool.run(tasks.stage, flags, 1);

      const disposed = pool[Symbol.asyncDispose]();
      openAll(flags);
      await disposed;

      expect(await task).toBe(1);
      expect(await rejection(pool.run(tasks.add, 1, 2))).toMatchObject({ code: 'ERR_POOL_CLOSED' });
    });
  });

  describe('pause', () => {
    test('starts nothing until resume, and what runs goes on', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const first = pool.run(tasks.stage, flags, 1);
      await haveBegun(flags, 1);

      pool.pause();
      const second = pool.run(tasks.note, flags, 2);
      openAll(flags);
      expect(await first).toBe(1);
      await settle();

      expect(pool.isPaused).toBe(true);
      expect(begun(flags)).toEqual([1]);
      expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 1 });
      expect(pool.stats().waiting['held:paused']).toBe(1);
      pool.resume();
      expect(await second).toBe(2);
    });
  });
}
