import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';
import { tasks } from '../threads/library.ts';
import { begun, counts, haveBegun, openAll, openFor, type Stage } from './stage.ts';

/** Who gets a slot, and when. */
export function admission(stage: Stage): void {
  describe('spawn', () => {
    test('resolves with the handle when a slot is taken, not when the task ends', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();

      const thread = await pool.spawn(tasks.stage, flags, 1);

      expect(['pending', 'running']).toContain(thread.state);
      expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 0 });
      openAll(flags);
      expect(await thread.wait()).toBe(1);
      expect(thread.state).toBe('done');
    });

    test('runs nothing of the task inside the call', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();

      const spawned = pool.spawn(tasks.note, flags, 1);

      expect(begun(flags)).toEqual([]);
      await (await spawned).wait();
      expect(begun(flags)).toEqual([1]);
    });

    test('waits while the pool is full, and resolves when a slot comes free', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      await pool.spawn(tasks.stage, flags, 1);

      const second = pool.spawn(tasks.stage, flags, 2);
      const seen = watch(second);
      await haveBegun(flags, 1);
      await settle();

      expect(seen.state).toBe('pending');
      expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 1 });
      openFor(flags, 1);
      await second;
      expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 0 });
      expect(await haveBegun(flags, 2)).toEqual([1, 2]);
    });

    test('gives slots in call order', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const first = pool.run(tasks.stage, flags, 1);

      const others = [2, 3, 4, 5, 6].map((id) => pool.run(tasks.note, flags, id));
      openAll(flags);
      await Promise.all([first, ...others]);

      expect(begun(flags)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test('of a pool of size 0 waits for a resize', async () => {
      const pool = stage.pool(0);

      const sum = pool.run(tasks.add, 1, 2);
      await settle();

      expect(counts(pool)).toEqual({ running: 0, free: 0, waiting: 1 });
      pool.resize(1);
      expect(await sum).toBe(3);
    });

    test('never runs more tasks at a time than there are slots', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();

      const all = [1, 2, 3, 4, 5].map((id) => pool.run(tasks.stage, flags, id));
      await haveBegun(flags, 2);
      await settle();

      expect(begun(flags).sort()).toEqual([1, 2]);
      expect(counts(pool)).toEqual({ running: 2, free: 0, waiting: 3 });
      openAll(flags);
      expect(await Promise.all(all)).toEqual([1, 2, 3, 4, 5]);
      expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 0 });
    });
  });

  describe('with({ priority })', () => {
    test('goes first among those who wait; equal keeps call order', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const first = pool.run(tasks.stage, flags, 1);

      const others = [
        pool.with({ priority: -1 }).run(tasks.note, flags, 2),
        pool.run(tasks.note, flags, 3),
        pool.with({ priority: 2 }).run(tasks.note, flags, 4),
        pool.run(tasks.note, flags, 5),
        pool.with({ priority: 2 }).run(tasks.note, flags, 6),
      ];
      openAll(flags);
      await Promise.all([first, ...others]);

      expect(begun(flags)).toEqual([1, 4, 6, 3, 5, 2]);
    });
  });

  describe('trySpawn', () => {
    test('gives a handle when there is room, and nothing when the pool is full or callers queue', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();

      const thread = pool.trySpawn(tasks.stage, flags, 1);
      const none = pool.trySpawn(tasks.stage, flags, 2);
      const queued = pool.run(tasks.stage, flags, 3);
      const noneEither = pool.trySpawn(tasks.stage, flags, 4);

      expect([none, noneEither]).toEqual([undefined, undefined]);
      openAll(flags);
      expect(await thread?.wait()).toBe(1);
      await queued;
      expect(begun(flags)).toEqual([1, 3]);
    });
  });

  describe('spawnN', () => {
    test('waits for a slot as spawn does, and gives no handle', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      await pool.spawn(tasks.stage, flags, 1);

      const second = pool.spawnN(tasks.note, flags, 2);
      const seen = watch(second);
      await haveBegun(flags, 1);

      expect(seen.state).toBe('pending');
      openAll(flags);
      expect(await second).toBe(undefined);
      await pool.waitall();
      expect(begun(flags)).toEqual([1, 2]);
    });

    test('hands a failure to onError at once, and the pool goes on', async () => {
      const { errors, onError } = reports();
      const pool = stage.pool(1, { onError });

      await pool.spawnN(tasks.fail, 'nobody looks');
      await pool.waitall();

      expect(errors).toMatchObject([{ message: 'nobody looks' }]);
      expect(await pool.run(tasks.add, 1, 2)).toBe(3);
    });

    test('an onError that throws does not break the pool', async () => {
      let calls = 0;
      const onError = (): void => {
        calls += 1;
        // A rejection would be a warning of the process.
        throw new Error('in onError');
      };
      const pool = stage.pool(1, { onError });
      const others = process.listeners('warning');
      process.removeAllListeners('warning');

      await pool.spawnN(tasks.fail, 'nobody looks');
      await pool.waitall();
      await settle();
      for (const other of others) process.on('warning', other);

      expect(calls).toBe(1);
      expect(await pool.run(tasks.add, 1, 2)).toBe(3);
    });
  });

  describe('run', () => {
    test('gives the result, of a plain function and of an async one', async () => {
      const pool = stage.pool(2);

      expect(await pool.run(tasks.add, 1, 2)).toBe(3);
      expect(await pool.run(tasks.addLater, 1, 2)).toBe(3);
    });

    test('rejects with what the task threw', async () => {
      const pool = stage.pool(1);

      const error = await rejection(pool.run(tasks.fail, 'no luck'));

      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ name: 'Error', message: 'no luck' });
      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    });

    test('of what is no function is a TypeError', async () => {
      const pool = stage.pool(1);

      const error = await rejection(pool.run(42 as unknown as () => void));

      expect(error).toBeInstanceOf(TypeError);
      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    });

    test('runs as a green thread', async () => {
      const pool = stage.pool(1);

      expect(await pool.run(tasks.isGreen)).toBe(true);
    });
  });

  describe('stats', () => {
    test('agrees with the counters', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const all = [1, 2, 3].map((id) => pool.run(tasks.stage, flags, id));

      const { size, running, free, waiting } = pool.stats();

      expect({ size, running, free }).toEqual({ size: 2, running: 2, free: 0 });
      expect(waiting).toEqual({ queued: 1, 'held:rate': 0, 'held:key': 0, 'held:paused': 0, backoff: 0 });
      openAll(flags);
      await Promise.all(all);
    });
  });
}
