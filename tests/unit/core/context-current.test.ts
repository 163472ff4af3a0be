import { GreenPool, type GreenThread, getcurrent, spawn, spawnAfter, withTimeout } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';

const clock = useManualClock();

describe('getcurrent', () => {
  test('gives undefined outside of any task, also after one has ended', async () => {
    expect(getcurrent()).toBeUndefined();

    await spawn(() => {}).wait();

    expect(getcurrent()).toBeUndefined();
  });

  test('gives the handle of the task on its first line, after awaits, in helpers and in callbacks', async () => {
    const seen: unknown[] = [];
    const helper = async () => {
      await Promise.resolve();
      seen.push(getcurrent());
    };
    const thread = await new GreenPool(1).spawn(async () => {
      seen.push(getcurrent());
      await helper();
      await new Promise<void>((resolve) => {
        setImmediate(() => {
          seen.push(getcurrent());
          resolve();
        });
      });
      await settle(1);
      seen.push(getcurrent());
    });

    await thread.wait();

    expect(seen).toHaveLength(4);
    expect(seen.every((current) => current === thread)).toBe(true);
  });

  test('gives the innermost of nested tasks, and the outer one again after it', async () => {
    const pool = new GreenPool(1);
    const seen: (GreenThread<unknown> | undefined)[] = [];

    const outer = await pool.spawn(async () => {
      seen.push(getcurrent());
      await pool.run(() => seen.push(getcurrent()));
      seen.push(getcurrent());
    });
    await outer.wait();

    expect(seen[0]).toBe(outer);
    expect(seen[1]).not.toBe(outer);
    expect(seen[1]).toBeDefined();
    expect(seen[2]).toBe(outer);
  });

  test('tells concurrent tasks apart', async () => {
    const pool = new GreenPool(3);
    const task = async () => {
      const before = getcurrent();
      await settle(1);
      return getcurrent() === before ? before : undefined;
    };

    const threads = await Promise.all([1, 2, 3].map(() => pool.spawn(task)));
    const seen = await Promise.all(threads.map((thread) => thread.wait()));

    expect(seen.map((thread) => thread?.id)).toEqual(threads.map(({ id }) => id));
  });

  test('gives the thread in spawnAfter, in withTimeout and in a map', async () => {
    const after = spawnAfter(5, () => getcurrent());
    await clock.now.advance(5);

    expect(await after.wait()).toBe(after);
    expect(await withTimeout(5, () => getcurrent()?.state)).toBe('running');
    expect(await new GreenPool(1).imap(() => getcurrent()?.state, [1]).toArray()).toEqual(['running']);
  });

  test('gives undefined in a link that was made outside', async () => {
    const seen: unknown[] = [];
    const thread = spawn(() => {});
    thread.link(() => seen.push(getcurrent()));

    await thread.wait();

    expect(seen).toEqual([undefined]);
  });

  test('is the caller still while a task it spawned runs and fails', async () => {
    const thread = spawn(async () => {
      await rejection(spawn(() => Promise.reject(new Error('child'))).wait());
      return getcurrent();
    });

    expect(await thread.wait()).toBe(thread);
  });
});
