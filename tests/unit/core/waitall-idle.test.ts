import { GreenPool, Queue, sleep } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

describe('GreenPool.waitall', () => {
  test('resolves at once, without a turn of the event loop, when the pool is idle', async () => {
    const log: string[] = [];
    setImmediate(() => log.push('turn'));

    await new GreenPool(2).waitall();

    expect(log).toEqual([]);
    await settle(1);
  });

  test('waits for all that run', async () => {
    const pool = new GreenPool(2);
    const held = [await holdSlot(pool), await holdSlot(pool)];
    const idle = watch(pool.waitall());

    held[0]?.release();
    await settle();
    expect(idle.state).toBe('pending');

    held[1]?.release();
    await settle();
    expect(idle.state).toBe('done');
  });

  test('waits for a task that was admitted and has not started', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    pool.trySpawn(() => log.push('ran'));

    await pool.waitall();

    expect(log).toEqual(['ran']);
  });

  test('covers callers that queue', async () => {
    const log: number[] = [];
    const pool = new GreenPool(1);
    for (const n of [1, 2, 3, 4]) void pool.spawn(async () => log.push(n));

    await pool.waitall();

    expect(log).toEqual([1, 2, 3, 4]);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('covers callers that queue on a pool of size 0', async () => {
    const pool = new GreenPool(0);
    void pool.spawn(() => {});
    const idle = watch(pool.waitall());
    await settle();
    expect(idle.state).toBe('pending');

    pool.resize(1);

    await settle();
    expect(idle.state).toBe('done');
  });

  test('covers tasks spawned by tasks', async () => {
    const log: number[] = [];
    const pool = new GreenPool(2);
    const task = (n: number) => {
      log.push(n);
      if (n < 5) void pool.spawn(task, n + 1);
    };
    void pool.spawn(task, 1);

    await pool.waitall();

    expect(log).toEqual([1, 2, 3, 4, 5]);
  });

  test('covers tasks spawned by links', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    held.thread.link(() => void pool.spawn(async () => log.push('from the link')));
    const idle = pool.waitall();

    held.release();
    await idle;

    expect(log).toEqual(['from the link']);
  });

  test('covers tasks spawned by those who wait for a handle', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    void held.thread.wait().then(async () => {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      await pool.spawn(() => log.push('later'));
    });
    const idle = pool.waitall();

    held.release();
    await idle;

    expect(log).toEqual(['later']);
  });

  test('a producer between two spawns does not look like the end', async () => {
    const log: number[] = [];
    const pool = new GreenPool(1);
    const produce = async () => {
      for (let n = 0; n < 10; n += 1) {
        await pool.spawn(async () => log.push(n));
        for (let turn = 0; turn < 7; turn += 1) await Promise.resolve();
      }
    };
    const producing = produce();

    await pool.waitall();

    expect(log).toHaveLength(10);
    await producing;
  });

  test('never hangs when a producer is queued', async () => {
    const queue = new Queue<number>(1);
    const pool = new GreenPool(1);
    const log: number[] = [];
    void pool.spawn(async () => {
      for (let n = 0; n < 3; n += 1) log.push(await queue.get());
    });
    void (async () => {
      for (let n = 0; n < 3; n += 1) await pool.with({ priority: n }).spawn(() => {});
    })();
    for (let n = 0; n < 3; n += 1) await queue.put(n);

    await pool.waitall();

    expect(log).toEqual([0, 1, 2]);
  });

  test('does not reject because tasks failed', async () => {
    const pool = new GreenPool(2);
    const failed = await pool.spawn(async () => {
      await Promise.resolve();
      throw new Error('failed');
    });

    await pool.waitall();

    await rejection(failed.wait());
  });

  test('resolves for any number of callers, and the pool can be used again', async () => {
    const pool = new GreenPool(1);

    for (let round = 0; round < 3; round += 1) {
      const held = await holdSlot(pool);
      const idle = [watch(pool.waitall()), watch(pool.waitall())];
      await settle();
      expect(idle.map(({ state }) => state)).toEqual(['pending', 'pending']);
      held.release();
      await settle();
      expect(idle.map(({ state }) => state)).toEqual(['done', 'done']);
    }
  });

  test('resolves when the last caller that queues withdraws', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(0);
    void pool.with({ signal: abort.signal }).spawn(() => {});
    const idle = watch(pool.waitall());

    abort.abort();

    await settle();
    expect(idle.state).toBe('done');
  });

  test('waits for a killed task until its function has ended', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    void held.thread.kill();
    const idle = watch(pool.waitall());

    await settle();
    expect(idle.state).toBe('pending');
    held.release();
    await settle();
    expect(idle.state).toBe('done');
  });
});

describe('GreenPool.waitall({ signal, timeout })', () => {
  test('ends with a Timeout, and the pool goes on', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const idle = watch(pool.waitall({ timeout: 10 }));

    await clock.now.advance(9);
    expect(idle.state).toBe('pending');
    await clock.now.advance(1);

    expect(idle.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 10 });
    expect(held.thread.state).toBe('running');
    held.release();
    await pool.waitall({ timeout: 10 });
  });

  test("ends with the signal's reason", async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const idle = watch(pool.waitall({ signal: abort.signal }));

    abort.abort('enough');

    await settle();
    expect(idle.error).toBe('enough');
    held.release();
    await pool.waitall();
  });

  test('of an aborted signal rejects also when the pool is idle', async () => {
    const signal = AbortSignal.abort('gone');

    expect(await rejection(new GreenPool(1).waitall({ signal }))).toBe('gone');
  });

  test('a timeout leaves no timer when the pool comes to rest first', async () => {
    const pool = new GreenPool(1);
    void pool.spawn(sleep, 5);
    const idle = pool.waitall({ timeout: 1000 });

    await clock.now.advance(5);
    await idle;

    expect(clock.now.pending).toBe(0);
  });

  test.each([Number.NaN, '5', -1])('refuses the timeout %o with a rejection', async (timeout) => {
    const idle = new GreenPool(1).waitall({ timeout: timeout as number });

    expect(String(await rejection(idle))).toContain(`timeout`);
  });
});
