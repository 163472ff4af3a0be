import { GreenPool, type GreenThread, getcurrent, spawn } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { areCollected, collectUntil } from '../../support/garbage.ts';

async function heapUsed(): Promise<number> {
  await collectUntil(() => false);
  return process.memoryUsage().heapUsed;
}

const MEGABYTE = 2 ** 20;

describe('handles that nobody keeps', () => {
  test('a million of them leave no memory behind', async () => {
    const pool = new GreenPool(10);
    const churn = async (count: number) => {
      for (let n = 0; n < count; n += 1) await pool.spawn(() => n);
      await pool.waitall();
    };
    await churn(20_000);
    const before = await heapUsed();

    await churn(1_000_000);

    // 1 MB for a million would be a byte each.
    expect((await heapUsed()) - before).toBeLessThan(4 * MEGABYTE);
  });

  test('are collected when they have ended, however they ended', async () => {
    const refs: WeakRef<object>[] = [];
    const pool = new GreenPool(5, { onError: () => {} });
    await (async () => {
      const threads = [
        await pool.spawn(() => 'done'),
        await pool.spawn(() => Promise.reject(new Error('failed'))),
        await pool.with({ timeout: 1000 }).spawn(() => 'in time'),
        await pool.with({ signal: new AbortController().signal }).spawn(() => 'not aborted'),
        pool.trySpawn(() => 'cancelled') as GreenThread<string>,
      ];
      threads[4]?.cancel();
      for (const thread of threads) refs.push(new WeakRef(thread));
      await settle();
    })();

    expect(await areCollected(refs)).toBe(true);
  });

  test('are collected while the signal of their view lives on', async () => {
    const { signal } = new AbortController();
    const refs: WeakRef<object>[] = [];
    const pool = new GreenPool(5).with({ signal });
    await (async () => {
      for (let n = 0; n < 5; n += 1) refs.push(new WeakRef(await pool.spawn(() => n)));
      await pool.waitall();
    })();

    expect(await areCollected(refs)).toBe(true);
    expect(signal.aborted).toBe(false);
  });

  test('what a task was given and what it returned is collected with its handle', async () => {
    const refs: WeakRef<object>[] = [];
    const pool = new GreenPool(1);
    await (async () => {
      const argument = { big: 'argument' };
      const result = { big: 'result' };
      refs.push(new WeakRef(argument), new WeakRef(result));
      await pool.spawn((_argument: object) => result, argument);
      await pool.waitall();
    })();

    expect(await areCollected(refs)).toBe(true);
  });

  test('the arguments of a running task are not kept by its handle', async () => {
    const refs: WeakRef<object>[] = [];
    const gate = deferred();
    const pool = new GreenPool(1);
    const thread = await (() => {
      const argument = { big: 'argument' };
      refs.push(new WeakRef(argument));
      return pool.spawn((_argument: object) => gate.promise, argument);
    })();
    await settle();

    expect(await areCollected(refs)).toBe(true);
    gate.resolve();
    await thread.wait();
  });
});

describe('a chain in which each task spawns the next and ends', () => {
  /** Walks on for `length` tasks, each in `spawnNext`; the last waits for `gate`. */
  async function chain(length: number, spawnNext: (step: () => unknown) => unknown) {
    const refs: WeakRef<object>[] = [];
    const reached = deferred();
    const gate = deferred();
    const step = async (): Promise<void> => {
      const current = getcurrent();
      if (current !== undefined) refs.push(new WeakRef(current));
      if (refs.length < length) {
        void spawnNext(step);
        return;
      }
      reached.resolve();
      await gate.promise;
    };
    void spawnNext(step);
    await reached.promise;
    await settle();
    return { refs, gate };
  }

  test.each<[string, () => (step: () => unknown) => unknown]>([
    [
      'in a pool with room',
      (pool = new GreenPool(5)) =>
        (step) =>
          pool.spawn(step),
    ],
    [
      'in a pool of size 1',
      (pool = new GreenPool(1)) =>
        (step) =>
          pool.spawn(step),
    ],
    [
      'in a pool of size 1, without handles',
      (pool = new GreenPool(1)) =>
        (step) =>
          pool.spawnN(step),
    ],
    ['without a pool', () => (step) => spawn(step)],
    [
      'over two pools',
      (a = new GreenPool(1), b = new GreenPool(1)) =>
        (step) =>
          a.spawn(() => void b.spawn(step)),
    ],
  ])('%s keeps no ancestor alive', async (_name, prepare) => {
    const { refs, gate } = await chain(50, prepare());

    // The last one runs; the one before it may still be known as the spawner.
    const ancestors = refs.slice(0, -2);

    expect(ancestors).toHaveLength(48);
    expect(await areCollected(ancestors)).toBe(true);
    gate.resolve();
  });
});

describe('a queue of callers that left', () => {
  test('leaves no memory behind while the pool lives on', async () => {
    const pool = new GreenPool(0);
    const leave = async (count: number) => {
      for (let n = 0; n < count; n += 1) {
        const abort = new AbortController();
        const queued = pool.with({ signal: abort.signal }).spawn(() => n);
        abort.abort('gone');
        await queued.catch(() => {});
      }
    };
    await leave(2000);
    const before = await heapUsed();

    await leave(50_000);

    expect((await heapUsed()) - before).toBeLessThan(4 * MEGABYTE);
    expect(pool.waiting()).toBe(0);
  });
});
