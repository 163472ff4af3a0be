import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection } from '../../support/rejection.ts';
import { tasks } from '../threads/library.ts';
import { counts, haveBegun, openAll, type Stage } from './stage.ts';

/** The handle of a task that nobody kills. */
export function handle(stage: Stage): void {
  describe('GreenThread', () => {
    test('is not thenable, and knows its name, attempt and state', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();

      const thread = await pool.with({ name: 'first' }).spawn(tasks.stage, flags, 1);
      await haveBegun(flags, 1);

      expect('then' in thread).toBe(false);
      expect([thread.name, thread.attempt, thread.state]).toEqual(['first', 1, 'running']);
      openAll(flags);
      await thread.wait();
      expect(thread.state).toBe('done');
    });

    test('ids grow', async () => {
      const pool = stage.pool(2);

      const first = await pool.spawn(tasks.add, 1, 2);
      const second = await pool.spawn(tasks.add, 1, 2);

      expect(second.id).toBeGreaterThan(first.id);
    });

    test('any number may wait, before and after the end', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);

      const early = [thread.wait(), thread.wait()];
      openAll(flags);

      expect(await Promise.all(early)).toEqual([1, 1]);
      expect(await thread.wait()).toBe(1);
    });

    test('a failure stays in the handle, and every wait sees the same error', async () => {
      const { errors, onError } = reports();
      const pool = stage.pool(1, { onError });
      const thread = await pool.spawn(tasks.fail, 'late');
      await pool.waitall();

      const first = await rejection(thread.wait());

      expect(first).toMatchObject({ message: 'late' });
      expect(await rejection(thread.wait())).toBe(first);
      expect(thread.state).toBe('failed');
      expect(errors).toEqual([]);
    });

    test('a timeout or a signal of wait ends that wait and nothing else', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);
      const abort = new AbortController();

      const timed = rejection(thread.wait({ timeout: 1 }));
      const signalled = rejection(thread.wait({ signal: abort.signal }));
      const reason = new Error('enough');
      abort.abort(reason);

      expect(await timed).toMatchObject({ code: 'ERR_TIMEOUT' });
      expect(await signalled).toBe(reason);
      openAll(flags);
      expect(await thread.wait()).toBe(1);
    });
  });

  describe('GreenThread.link', () => {
    test('runs when the slot is free again, before who waits resumes', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);
      const seen: unknown[] = [];
      const waited = thread.wait().then(() => seen.push('waiter'));
      thread.link(
        (ended, label) => seen.push([ended === thread, label, ended.state, pool.running()]),
        'a label',
      );

      openAll(flags);
      await waited;

      expect(seen).toEqual([[true, 'a label', 'done', 0], 'waiter']);
    });

    test('runs at once when the task has ended', async () => {
      const pool = stage.pool(1);
      const thread = await pool.spawn(tasks.add, 1, 2);
      await thread.wait();
      let state: unknown;

      thread.link((ended) => {
        state = ended.state;
      });

      expect(state).toBe('done');
    });

    test('one that throws goes to onError and does not stop the others', async () => {
      const { errors, onError } = reports();
      const pool = stage.pool(1, { onError });
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);
      const seen: string[] = [];
      const thrown = new Error('in a link');
      thread.link(() => {
        throw thrown;
      });
      thread.link(() => seen.push('second'));

      openAll(flags);
      await thread.wait();

      expect(errors).toEqual([thrown]);
      expect(seen).toEqual(['second']);
    });

    test('unlink takes one back', async () => {
      const pool = stage.pool(1);
      const flags = stage.flags();
      const thread = await pool.spawn(tasks.stage, flags, 1);
      const seen: string[] = [];
      const link = (_thread: unknown, label: string): void => void seen.push(label);
      thread.link(link, 'kept');
      thread.link(link, 'gone');

      thread.unlink(link, 'gone');
      openAll(flags);
      await pool.waitall();

      expect(seen).toEqual(['kept']);
      expect(counts(pool).running).toBe(0);
    });
  });
}
