import { GreenPool, sleep } from 'greenpool';
import { describe, expect, test } from 'vitest';

// Real time, one test a feature. Nothing is said of how late a thing may happen, only that it does not happen too early.
const EARLIEST = 0.99;

/** Milliseconds since the first call. */
function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

describe('in real time', () => {
  test('a rate spreads starts', async () => {
    const at: number[] = [];
    const elapsed = stopwatch();
    const pool = new GreenPool(10, { rate: { limit: 50, interval: 1000 } });

    for (let n = 0; n < 6; n += 1) await pool.spawnN(() => void at.push(elapsed()));
    await pool.waitall();

    expect(at).toHaveLength(6);
    for (const [n, ms] of at.entries()) expect(ms).toBeGreaterThanOrEqual(20 * n * EARLIEST);
  });

  test('a rate far above what timers can do one by one is reached in bursts', async () => {
    const elapsed = stopwatch();
    const pool = new GreenPool(100, { rate: { limit: 20_000, interval: 1000 } });
    let started = 0;

    const task = (): void => {
      started += 1;
    };
    for (let n = 0; n < 2000; n += 1) await pool.spawnN(task);
    await pool.waitall();

    expect(started).toBe(2000);
    // All but the first burst of 200 have to wait.
    expect(elapsed()).toBeGreaterThanOrEqual(90 * EARLIEST);
  });

  test('a key keeps to its limit while others go on', async () => {
    const running = new Map<string, number>();
    let peak = 0;
    const pool = new GreenPool(8, { perKey: { limit: 2 } });
    const task = async (key: string): Promise<void> => {
      running.set(key, (running.get(key) ?? 0) + 1);
      peak = Math.max(peak, running.get(key) ?? 0);
      await sleep(2);
      running.set(key, (running.get(key) ?? 0) - 1);
    };

    const calls = Array.from({ length: 60 }, (_, n) => `host${n % 3}`);
    await Promise.all(calls.map((key) => pool.with({ key }).run(task, key)));

    expect(peak).toBe(2);
  });

  test('a retry comes after its delay, and the slot is free meanwhile', async () => {
    const at: number[] = [];
    const elapsed = stopwatch();
    const pool = new GreenPool(1);
    const retried = pool.with({ retry: { attempts: 3, base: 20, jitter: 'none' } }).run(() => {
      at.push(elapsed());
      if (at.length < 3) throw new Error('flaky');
      return at.length;
    });

    const other = await pool.run(() => 'meanwhile');

    expect([other, await retried]).toEqual(['meanwhile', 3]);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(20 * EARLIEST);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(40 * EARLIEST);
  });

  test('a timeout ends each attempt', async () => {
    let attempts = 0;
    const pool = new GreenPool(1);
    const view = pool.with({ timeout: 10, retry: { attempts: 2, base: 1 } });

    const outcome = await view
      .run(async () => {
        attempts += 1;
        if (attempts === 1) await sleep(60_000);
        return 'second';
      })
      .catch((error) => error);

    expect([outcome, attempts]).toEqual(['second', 2]);
  });

  test('a throttled pool starts nothing before its time', async () => {
    const elapsed = stopwatch();
    const pool = new GreenPool(4);

    pool.throttle(30);

    expect(await pool.run(elapsed)).toBeGreaterThanOrEqual(30 * EARLIEST);
  });

  test('a paused pool starts nothing until it is resumed', async () => {
    const elapsed = stopwatch();
    const pool = new GreenPool(4);
    pool.pause();
    setTimeout(() => pool.resume(), 30);

    expect(await pool.run(elapsed)).toBeGreaterThanOrEqual(30 * EARLIEST);
  });

  test('heavy and light tasks share the slots', async () => {
    let [slots, peak] = [0, 0];
    const pool = new GreenPool(4);
    const task = async (weight: number): Promise<void> => {
      slots += weight;
      peak = Math.max(peak, slots);
      await sleep(1);
      slots -= weight;
    };

    const weights = Array.from({ length: 60 }, (_, n) => (n % 4) + 1);
    await Promise.all(weights.map((weight) => pool.with({ weight }).run(task, weight)));

    expect(peak).toBe(4);
  });
});
