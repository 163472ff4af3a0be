import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';
import { places, tasks } from '../threads/library.ts';
import { begun, counts, haveBegun, openAll, openFor, type Stage } from './stage.ts';

/** How a task is stopped from outside. */
export function kill(stage: Stage): void {
  describe('GreenThread.kill', () => {
    test('waiters and the state know at once, the slot comes back when the function has ended', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stubborn, flags, 1);
      const next = pool.run(tasks.note, flags, 2);
      await haveBegun(flags, 1);
      const waiting = rejection(thread.wait());

      const ended = thread.kill();
      const seen = watch(ended);

      expect(thread.state).toBe('killed');
      expect(await waiting).toMatchObject({ code: 'ERR_KILLED', name: 'GreenletExit' });
      await settle();
      expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 1 });
      expect([seen.state, begun(flags)]).toEqual(['pending', [1]]);
      openFor(flags, 1);
      await ended;
      expect(await next).toBe(2);
      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    });

    test('ends what the task is blocked in, and its `finally` may wait', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.tidy, flags, 1);
      await haveBegun(flags, 1);

      await thread.kill();

      expect(flags[places.cleaned]).toBe(1);
      expect(counts(pool).running).toBe(0);
    });

    test('everybody gets the reason as it was given', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);
      const { signal } = thread;
      await haveBegun(flags, 1);
      const reason = new Error('no longer needed');

      const ended = thread.kill(reason);

      expect(signal.aborted).toBe(true);
      expect(signal.reason).toBe(reason);
      expect(await rejection(thread.wait())).toBe(reason);
      await ended;
      expect(await rejection(thread.wait())).toBe(reason);
    });

    test('twice, or after the end, does nothing', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);
      await haveBegun(flags, 1);
      const reason = new Error('first');
      await Promise.all([thread.kill(reason), thread.kill(new Error('second'))]);
      const done = await pool.spawn(tasks.add, 1, 2);
      await done.wait();

      await done.kill();

      expect(await rejection(thread.wait())).toBe(reason);
      expect([await done.wait(), done.state]).toEqual([3, 'done']);
    });

    test('in the turn of its spawn keeps the function from running', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = pool.trySpawn(tasks.note, flags, 1);

      await thread?.kill();
      await pool.run(tasks.note, flags, 2);

      expect(thread?.state).toBe('killed');
      expect(begun(flags)).toEqual([2]);
    });

    test('links run once the function has ended', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stubborn, flags, 1);
      await haveBegun(flags, 1);
      const seen: unknown[] = [];
      thread.link((ended) => seen.push([ended.state, pool.running()]));

      const ended = thread.kill();
      await settle();
      expect(seen).toEqual([]);
      openAll(flags);
      await ended;

      expect(seen).toEqual([['killed', 0]]);
    });
  });

  describe('GreenThread.cancel', () => {
    test('takes back what has not started, and leaves alone what has', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const running = await pool.spawn(tasks.stage, flags, 1);
      await haveBegun(flags, 1);
      const fresh = pool.trySpawn(tasks.note, flags, 2);

      expect([running.cancel(), fresh?.cancel()]).toEqual([false, true]);

      expect(fresh?.state).toBe('killed');
      openAll(flags);
      expect(await running.wait()).toBe(1);
      expect(running.cancel()).toBe(false);
      await pool.waitall();
      expect(begun(flags)).toEqual([1]);
    });
  });

  describe('GreenPool.kill', () => {
    test('kills what runs and what queues, and resolves when all slots are back', async () => {
      const pool = stage.pool(2);
      const flags = stage.flags();
      const running = [await pool.spawn(tasks.tidy, flags, 1), await pool.spawn(tasks.tidy, flags, 2)];
      await haveBegun(flags, 2);
      const queued = [pool.run(tasks.note, flags, 3), pool.spawn(tasks.note, flags, 4)];
      const unwatched = pool.spawnN(tasks.note, flags, 5);
      const reason = new Error('all of you');

      await pool.kill(reason);

      expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 0 });
      expect(flags[places.cleaned]).toBe(2);
      for (const thread of running) expect(await rejection(thread.wait())).toBe(reason);
      for (const call of [...queued, unwatched]) expect(await rejection(call)).toBe(reason);
      expect(begun(flags).sort()).toEqual([1, 2]);
    });

    test('leaves the pool ready for more', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      await pool.spawn(tasks.stage, flags, 1);

      await pool.kill();

      expect(await pool.run(tasks.add, 1, 2)).toBe(3);
    });

    test('ends open maps: a pending next() rejects once, then done', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const map = pool.imap(tasks.stage, [flags, flags, flags], [1, 2, 3]);
      const pending = rejection(map.next());
      await haveBegun(flags, 1);
      const reason = new Error('all of you');

      await pool.kill(reason);

      expect(await pending).toBe(reason);
      expect(await map.next()).toEqual({ value: undefined, done: true });
      expect(begun(flags)).toEqual([1]);
    });
  });

  describe('with({ signal })', () => {
    test('aborting withdraws who waits and kills what runs, with the reason', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const abort = new AbortController();
      const view = pool.with({ signal: abort.signal });
      const running = await view.spawn(tasks.stage, flags, 1);
      await haveBegun(flags, 1);
      const queued = rejection(view.run(tasks.note, flags, 2));
      const other = pool.run(tasks.note, flags, 3);
      const reason = new Error('enough');

      abort.abort(reason);

      expect([running.state, pool.waiting()]).toEqual(['killed', 1]);
      expect(await queued).toBe(reason);
      expect(await rejection(running.wait())).toBe(reason);
      expect(await other).toBe(3);
      expect(begun(flags)).toEqual([1, 3]);
    });

    test('that has aborted refuses calls with its reason', async () => {
      const pool = stage.pool(1);
      const reason = new Error('enough');

      const call = pool.with({ signal: AbortSignal.abort(reason) }).run(tasks.add, 1, 2);

      expect(await rejection(call)).toBe(reason);
      expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    });
  });

  describe('with({ timeout })', () => {
    test('kills with Timeout, and keeps the slot until the function has ended', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      // Where tasks run is there now, so that the time is not over before the first line.
      await pool.run(tasks.add, 1, 2);
      const thread = await pool.with({ timeout: 250 }).spawn(tasks.stubborn, flags, 1);

      expect(await rejection(thread.wait())).toMatchObject({ code: 'ERR_TIMEOUT', ms: 250 });
      expect(begun(flags)).toEqual([1]);

      expect([thread.state, pool.running()]).toEqual(['killed', 1]);
      openAll(flags);
      await pool.waitall();
      expect(pool.running()).toBe(0);
    });
  });
}
