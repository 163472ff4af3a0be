import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';

const counts = (pool: GreenPool) => ({
  running: pool.running(),
  free: pool.free(),
  waiting: pool.waiting(),
});

describe('running, free and waiting', () => {
  test('a task counts as running from the call of spawn on, before its first line', async () => {
    const pool = new GreenPool(2);

    const spawned = pool.spawn(() => {});

    expect(counts(pool)).toEqual({ running: 1, free: 1, waiting: 0 });
    await (await spawned).wait();
    expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 0 });
  });

  test('a caller counts as waiting from the call of spawn on', async () => {
    const pool = new GreenPool(1);
    const first = pool.spawn(() => {});
    const second = pool.spawn(() => {});
    const third = pool.spawn(() => {});

    expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 2 });

    await Promise.all([first, second, third]);
    await pool.waitall();
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
  });

  test('free is negative after a shrink, and waiting still exact', async () => {
    const pool = new GreenPool(3);
    const held = [await holdSlot(pool), await holdSlot(pool), await holdSlot(pool)];
    void pool.spawn(() => {});
    void pool.spawn(() => {});

    pool.resize(1);
    expect(counts(pool)).toEqual({ running: 3, free: -2, waiting: 2 });

    held[0]?.release();
    await settle();
    expect(counts(pool)).toEqual({ running: 2, free: -1, waiting: 2 });
    held[1]?.release();
    await settle();
    expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 2 });
    held[2]?.release();
    await pool.waitall();
  });

  test('free is size - running at every step of a busy pool', async () => {
    const pool = new GreenPool(2);
    const seen: boolean[] = [];
    const check = () => seen.push(pool.free() === pool.size - pool.running() && pool.running() <= 2);
    const task = async (turns: number) => {
      check();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      check();
    };
    const threads = [3, 1, 4, 1, 5, 0].map(async (turns) => {
      const thread = await pool.spawn(task, turns);
      thread.link(check);
      check();
      await thread.wait();
      check();
    });

    await Promise.all(threads);

    expect(seen).toHaveLength(30);
    expect(seen).not.toContain(false);
  });

  test('free of a pool of size Infinity is Infinity', async () => {
    const pool = new GreenPool(Number.POSITIVE_INFINITY);
    const held = await holdSlot(pool);

    expect(counts(pool)).toEqual({ running: 1, free: Number.POSITIVE_INFINITY, waiting: 0 });
    held.release();
    await pool.waitall();
  });

  test('an aborted caller stops waiting in the turn of the abort', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const abort = new AbortController();
    const gone = pool.with({ signal: abort.signal }).spawn(() => {});
    void pool.spawn(() => {});
    expect(pool.waiting()).toBe(2);

    abort.abort();

    expect(pool.waiting()).toBe(1);
    expect(await rejection(gone)).toBe(abort.signal.reason);
    held.release();
    await pool.waitall();
    expect(pool.waiting()).toBe(0);
  });

  test('a task killed before its first line gives its slot back at once', async () => {
    const pool = new GreenPool(1);
    const thread = pool.trySpawn(() => 'never');
    expect(pool.running()).toBe(1);

    void thread?.kill();

    expect(pool.running()).toBe(0);
    await settle();
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
  });
});

describe('the slot of a task', () => {
  test('is free before its links run, and those run before who waits resumes', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const waited = held.thread.wait().then(() => log.push(`waiter: running ${pool.running()}`));
    held.thread.link(() => log.push(`link 1: running ${pool.running()}`));
    held.thread.link(() => log.push(`link 2: free ${pool.free()}`));

    held.release();
    await waited;

    expect(log).toEqual(['link 1: running 0', 'link 2: free 1', 'waiter: running 0']);
  });

  test('can be had by a spawn in a link', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    let state: string | undefined;
    held.thread.link(() => {
      state = pool.trySpawn(() => 'from the link')?.state;
    });

    held.release();
    await held.thread.wait();

    expect(state).toBe('pending');
    await pool.waitall();
  });

  test('can be had by who waits for the handle', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const next = held.thread.wait().then(() => pool.trySpawn(() => 'next'));

    held.release();

    expect(await (await next)?.wait()).toBe('next');
  });

  test('of a failed task is free before its links run, too', async () => {
    const pool = new GreenPool(1);
    const seen: number[] = [];
    const thread = await pool.spawn(async () => {
      await Promise.resolve();
      throw new Error('failed');
    });
    thread.link(() => seen.push(pool.running()));

    await rejection(thread.wait());

    expect(seen).toEqual([0]);
  });
});
