import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection, thrown } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';
import { tasks } from '../threads/library.ts';
import { begun, counts, haveBegun, openAll, openFor, type Stage } from './stage.ts';

const never = 60_000;

/** What hangs on `with()`, besides priority, signal and timeout. */
export function limits(stage: Stage): void {
  describe('with({ retry })', () => {
    test('tries again until a result is there', async () => {
      const pool = stage.pool(1).with({ retry: { attempts: 5, base: 0 } });
      const flags = stage.flags();

      const thread = await pool.spawn(tasks.failTimes, flags, 2);

      expect(await thread.wait()).toBe(3);
      expect([thread.attempt, thread.state]).toEqual([3, 'done']);
    });

    test('gives the last error when the attempts are used up', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();

      const call = pool.with({ retry: { attempts: 3, base: 0 } }).run(tasks.failTimes, flags, 9);

      expect(await rejection(call)).toMatchObject({ message: 'attempt 3' });
      expect(begun(flags)).toHaveLength(3);
      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    });

    test('asks `when` with the error and the attempt', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const asked: unknown[] = [];
      const when = (error: unknown, attempt: number): boolean => {
        asked.push([error instanceof Error && error.message, attempt]);
        return attempt < 2;
      };

      const call = pool.with({ retry: { attempts: 9, base: 0, when } }).run(tasks.failTimes, flags, 9);

      expect(await rejection(call)).toMatchObject({ message: 'attempt 2' });
      expect(asked).toEqual([
        ['attempt 1', 1],
        ['attempt 2', 2],
      ]);
    });

    test('the slot is free during the backoff, and a kill ends it at once', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const retry = { attempts: 2, base: never, jitter: 'none' } as const;
      const thread = await pool.with({ retry }).spawn(tasks.failTimes, flags, 9);
      const idle = watch(pool.waitall());
      // Gets its turn only when the slot is free.
      expect(await pool.run(tasks.add, 1, 2)).toBe(3);

      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
      expect(pool.stats().waiting.backoff).toBe(1);
      await settle();
      expect(idle.state).toBe('pending');
      const reason = new Error('enough');
      await thread.kill(reason);

      expect(await rejection(thread.wait())).toBe(reason);
      expect(pool.stats().waiting.backoff).toBe(0);
      await pool.waitall();
    });

    test('a timeout counts for each attempt', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const view = pool.with({ timeout: 5, retry: { attempts: 2, base: 0 } });
      const thread = await view.spawn(tasks.stage, flags, 1);

      expect(await rejection(thread.wait())).toMatchObject({ code: 'ERR_TIMEOUT' });

      expect(thread.attempt).toBe(2);
      await pool.waitall();
      expect(counts(pool).running).toBe(0);
    });
  });

  describe('with({ weight })', () => {
    test('takes so many slots, and one that does not fit is not overtaken', async () => {
      const pool = stage.pool(3);
      const flags = stage.flags();
      const heavy = pool.with({ weight: 2 });
      const first = heavy.run(tasks.stage, flags, 1);
      const second = heavy.run(tasks.stage, flags, 2);
      const light = pool.run(tasks.note, flags, 3);
      await haveBegun(flags, 1);
      await settle();

      expect(counts(pool)).toEqual({ running: 2, free: 1, waiting: 2 });
      expect(begun(flags)).toEqual([1]);
      openFor(flags, 1);
      await first;
      await light;
      openAll(flags);
      expect(await second).toBe(2);
      expect(counts(pool)).toEqual({ running: 0, free: 3, waiting: 0 });
    });

    test('above the size is a RangeError', async () => {
      const pool = stage.pool(2).with({ weight: 3 });

      expect(await rejection(pool.run(tasks.add, 1, 2))).toBeInstanceOf(RangeError);
      expect(thrown(() => pool.trySpawn(tasks.add, 1, 2))).toBeInstanceOf(RangeError);
    });
  });

  describe('with({ key, perKey })', () => {
    test('bounds each key, and a blocked key does not block the others', async () => {
      const pool = stage.pool(3);
      const flags = stage.flags();
      const keyed = (key: string) => pool.with({ key, perKey: { limit: 1 } });
      const first = keyed('a').run(tasks.stage, flags, 1);
      const second = keyed('a').run(tasks.note, flags, 2);

      const other = keyed('b').run(tasks.note, flags, 3);

      expect(await other).toBe(3);
      expect(pool.stats().waiting['held:key']).toBe(1);
      // The first one may have a thread that is still starting.
      expect((await haveBegun(flags, 2)).sort()).toEqual([1, 3]);
      openAll(flags);
      expect(await Promise.all([first, second])).toEqual([1, 2]);
    });

    test('a key may be a function of the arguments', async () => {
      const pool = stage.pool(3);
      const flags = stage.flags();
      const view = pool.with({ key: (_flags: unknown, id: number) => id % 2, perKey: { limit: 1 } });

      const all = [1, 3, 2].map((id) => view.run(tasks.stage, flags, id));
      await haveBegun(flags, 2);

      expect(begun(flags).sort()).toEqual([1, 2]);
      expect(counts(pool)).toEqual({ running: 2, free: 1, waiting: 1 });
      openAll(flags);
      expect(await Promise.all(all)).toEqual([1, 3, 2]);
    });

    test('keys are served in turn', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const keyed = (key: string) => pool.with({ key, perKey: {} });
      const first = pool.run(tasks.stage, flags, 0);

      const ids = [11, 12, 13, 21, 31];
      const all = ids.map((id) => keyed(String(id)[0] ?? '').run(tasks.note, flags, id));
      openAll(flags);
      await Promise.all([first, ...all]);

      const order = begun(flags);
      expect(order.indexOf(21)).toBeLessThan(order.indexOf(12));
      expect(order.indexOf(31)).toBeLessThan(order.indexOf(13));
    });
  });

  describe('rate', () => {
    test('holds what is beyond it, while slots are free', async () => {
      const pool = stage.pool(3, { rate: { limit: 2, interval: never, burst: 2 } });
      const flags = stage.flags();

      const first = [1, 2].map((id) => pool.run(tasks.note, flags, id));
      const held = rejection(pool.run(tasks.note, flags, 3));
      await Promise.all(first);
      await settle();

      expect(counts(pool)).toEqual({ running: 0, free: 3, waiting: 1 });
      expect(pool.stats().waiting['held:rate']).toBe(1);
      expect(pool.trySpawn(tasks.note, flags, 4)).toBe(undefined);
      await pool.kill();
      expect(await held).toMatchObject({ code: 'ERR_KILLED' });
      expect(begun(flags).sort()).toEqual([1, 2]);
    });

    test('lets all go, each in its time', async () => {
      const pool = stage.pool(3).with({ rate: { limit: 1, interval: 5 } });

      const all = [1, 2, 3].map((n) => pool.run(tasks.double, n));

      expect(await Promise.all(all)).toEqual([2, 4, 6]);
    });
  });

  describe('throttle', () => {
    test('holds new starts for a while', async () => {
      const pool = stage.pool(1);

      pool.throttle(5);
      const sum = pool.run(tasks.add, 1, 2);

      expect(pool.stats().waiting['held:rate']).toBe(1);
      expect(await sum).toBe(3);
    });
  });
}
