import { GreenPool, type GreenThread, spawn } from 'greenpool';
import { describe, expect, test } from 'vitest';
import { useManualClock } from '../../support/time.ts';

useManualClock();

// Deep enough to overflow any recursion per task: Node's stack holds about 10,000 frames.
const MANY = 20_000;

// What overflows fails at once; time is what so many tasks take on a busy machine.
describe('synchronous tasks, however many, do not overflow the stack', { timeout: 20_000 }, () => {
  test('when they queue for one slot', async () => {
    const pool = new GreenPool(1);
    let ran = 0;
    const task = () => {
      ran += 1;
    };
    for (let n = 0; n < MANY; n += 1) void pool.spawn(task);

    await pool.waitall();

    expect(ran).toBe(MANY);
  });

  test('when each spawns the next', async () => {
    const pool = new GreenPool(1);
    let ran = 0;
    const step = (): void => {
      ran += 1;
      if (ran < MANY) void pool.spawn(step);
    };
    void pool.spawn(step);

    await pool.waitall();

    expect(ran).toBe(MANY);
  });

  test('when the link of each spawns the next', async () => {
    const pool = new GreenPool(1);
    let ran = 0;
    const next = (): void => {
      ran += 1;
      if (ran < MANY) pool.trySpawn(() => {})?.link(next);
    };
    next();

    await pool.waitall();

    expect(ran).toBe(MANY);
  });

  test('when all are killed at once, while queued', async () => {
    const pool = new GreenPool(0);
    const rejected = Promise.allSettled(Array.from({ length: MANY }, () => pool.spawn(() => {})));

    await pool.kill('reason');

    const reasons = new Set((await rejected).map((outcome) => outcome.status));
    expect([...reasons]).toEqual(['rejected']);
    expect(pool.waiting()).toBe(0);
  });

  test('when one signal ends all of them', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1).with({ signal: abort.signal });
    const rejected = Promise.allSettled(
      Array.from({ length: MANY }, () => pool.run(() => new Promise(() => {}))),
    );

    abort.abort('reason');

    expect((await rejected).every((outcome) => outcome.status === 'rejected')).toBe(true);
    expect(pool.waiting()).toBe(0);
  });

  test('when one waits for the other, and the last ends', async () => {
    let last: GreenThread<number> = spawn(() => 0);
    for (let n = 0; n < 5000; n += 1) {
      const previous = last;
      last = spawn(async () => (await previous.wait()) + 1);
    }

    expect(await last.wait()).toBe(5000);
  });
});
