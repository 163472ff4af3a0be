import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { watch } from '../../support/watch.ts';

describe('synchronous tasks', () => {
  test.each([true, false])('200,000 of them do not overflow the stack, with context: %s', async (context) => {
    const pool = new GreenPool(1, { context });
    let ran = 0;
    for (let n = 0; n < 200_000; n += 1) {
      void pool.spawn(() => {
        ran += 1;
      });
    }

    await pool.waitall();

    expect(ran).toBe(200_000);
  });

  test('200,000 that each spawn the next do not overflow the stack', async () => {
    const pool = new GreenPool(1);
    let ran = 0;
    const step = (): void => {
      ran += 1;
      if (ran < 200_000) void pool.spawn(step);
    };
    void pool.spawn(step);

    await pool.waitall();

    expect(ran).toBe(200_000);
  });

  test('nested 5,000 deep in one slot do not overflow the stack', async () => {
    const pool = new GreenPool(1);
    const dive = async (depth: number): Promise<number> =>
      depth === 0 ? 0 : 1 + (await pool.run(dive, depth - 1));

    expect(await pool.run(dive, 5000)).toBe(5000);
    expect(pool.running()).toBe(0);
  });
});

describe('a line of callers', { timeout: 60_000 }, () => {
  test('lets 20,000 leave one by one, back and forth, and none twice', async () => {
    const count = 20_000;
    const pool = new GreenPool(0);
    let rejected = 0;
    const aborts = Array.from({ length: count }, () => {
      const abort = new AbortController();
      const spawned = pool.with({ signal: abort.signal }).spawn(() => {});
      spawned.catch(() => {
        rejected += 1;
      });
      return abort;
    });

    for (let n = 0; n < count; n += 1) aborts[(n * 61_803) % count]?.abort();

    expect(pool.waiting()).toBe(0);
    await pool.waitall();
    await settle();
    expect(rejected).toBe(count);
  });

  test('keeps its order when most of those who stood in it have left', async () => {
    const pool = new GreenPool(0);
    const log: number[] = [];
    const abort = new AbortController();
    const leaving = pool.with({ signal: abort.signal });
    for (let n = 0; n < 10_000; n += 1) {
      const view = n % 10 === 0 ? pool : leaving;
      void view.with({ priority: n % 20 === 0 ? 0 : 1 }).spawn(() => log.push(n));
    }

    abort.abort('gone');
    pool.resize(1);
    await pool.waitall();

    const stayed = Array.from({ length: 1000 }, (_, n) => n * 10);
    expect(log).toEqual([...stayed.filter((n) => n % 20 !== 0), ...stayed.filter((n) => n % 20 === 0)]);
  });

  test('of a million is served in full', async () => {
    const pool = new GreenPool(100);
    let ran = 0;
    const task = () => {
      ran += 1;
    };
    for (let n = 0; n < 1_000_000; n += 1) void pool.spawnN(task);
    const idle = watch(pool.waitall());
    expect(pool.waiting()).toBe(999_900);

    await pool.waitall();

    expect([ran, idle.state]).toEqual([1_000_000, 'done']);
  });
});
