import { GreenPool, sleep } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../../support/gates.ts';
import { rejection, thrown } from '../../../support/rejection.ts';
import { holdSlot } from '../../../support/slots.ts';
import { useManualClock } from '../../../support/time.ts';

const clock = useManualClock();

/** A task that notes when it starts. */
function notes(): { readonly at: number[]; readonly task: () => void } {
  const at: number[] = [];
  return { at, task: () => void at.push(clock.now.now()) };
}

describe('rate', () => {
  test('spreads starts evenly over the interval', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(10, { rate: { limit: 4, interval: 1000 } });

    for (let n = 0; n < 6; n += 1) void pool.spawnN(task);
    await clock.now.advance(2000);

    expect(at.map((ms) => Math.round(ms))).toEqual([0, 250, 500, 750, 1000, 1250]);
  });

  test('lets a burst start at once, and no more than limit in any interval', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(10, { rate: { limit: 3, interval: 1000, burst: 3 } });

    for (let n = 0; n < 7; n += 1) void pool.spawnN(task);
    await clock.now.advance(3000);

    expect(at.map((ms) => Math.round(ms))).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
  });

  test('lets a burst gather again while nothing starts', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(10, { rate: { limit: 10, interval: 1000, burst: 2 } });
    const spawn = (count: number): void => {
      for (let n = 0; n < count; n += 1) void pool.spawnN(task);
    };

    spawn(3);
    await clock.now.advance(500);
    spawn(3);
    await clock.now.advance(500);

    expect(at.map((ms) => Math.round(ms))).toEqual([0, 0, 100, 500, 500, 600]);
  });

  test('has room for late timers by default where starts come thick', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(100, { rate: { limit: 1000, interval: 1000 } });

    for (let n = 0; n < 30; n += 1) void pool.spawnN(task);
    await settle();

    expect(at).toHaveLength(10);
    await pool.kill();
  });

  test('spends nothing on a caller that is withdrawn', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(10, { rate: { limit: 1, interval: 1000 } });
    const controller = new AbortController();
    void pool.spawnN(task);
    const withdrawn = pool.with({ signal: controller.signal }).spawn(task);
    void pool.spawnN(task);

    await clock.now.advance(500);
    controller.abort(new Error('changed my mind'));
    expect(await rejection(withdrawn)).toEqual(new Error('changed my mind'));
    await clock.now.advance(500);

    expect(at.map((ms) => Math.round(ms))).toEqual([0, 1000]);
  });

  test('of a view holds its own calls only, within that of the pool', async () => {
    const slow = notes();
    const other = notes();
    const pool = new GreenPool(10, { rate: { limit: 10, interval: 1000 } });
    const view = pool.with({ rate: { limit: 1, interval: 1000 } });

    for (let n = 0; n < 3; n += 1) void view.spawnN(slow.task);
    for (let n = 0; n < 3; n += 1) void pool.spawnN(other.task);
    await clock.now.advance(2500);

    expect(slow.at.map((ms) => Math.round(ms))).toEqual([0, 1000, 2000]);
    expect(other.at.map((ms) => Math.round(ms))).toEqual([100, 200, 300]);
  });

  test('of a view is shared by keys in turn', async () => {
    const started: string[] = [];
    const pool = new GreenPool(100);
    const view = pool.with({ rate: { limit: 1, interval: 10 }, key: (name: string) => name });
    for (let n = 0; n < 5; n += 1) {
      for (const name of 'abcdefg') void view.run((key: string) => started.push(key), name);
    }

    await clock.now.advance(10 * 20);

    expect(started.join('')).toBe('abcdefgabcdefgabcdefg');
    await pool.kill();
  });

  test('holds children in lent slots as well, and the pool does not hang', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(1, { rate: { limit: 1, interval: 100 } });

    const parent = pool.run(async () => {
      await pool.run(task);
      await pool.run(task);
    });
    await clock.now.advance(300);
    await parent;

    expect(at.map((ms) => Math.round(ms))).toEqual([100, 200]);
    expect(pool.running()).toBe(0);
  });

  test('is what held tasks are counted under', async () => {
    const pool = new GreenPool(2, { rate: { limit: 1, interval: 1000 } });
    const gates = new Gates<string>();
    for (const name of ['a', 'b', 'c']) void pool.spawnN(gates.task, name);
    await settle();

    expect(pool.stats().waiting).toMatchObject({ 'held:rate': 2, queued: 0 });
    await clock.now.advance(1000);
    expect(pool.stats().waiting).toMatchObject({ 'held:rate': 0, queued: 1 });
    gates.open('a', 'b', 'c');
    await clock.now.advance(1000);
    expect(pool.running()).toBe(0);
  });

  test('sets one timer at most, and none when nobody waits', async () => {
    const { task } = notes();
    const pool = new GreenPool(10, { rate: { limit: 1, interval: 1000 } });
    const controller = new AbortController();
    void pool.spawnN(task);
    await settle();
    expect(clock.now.pending).toBe(0);

    const waiting = [1, 2, 3].map(() => pool.with({ signal: controller.signal }).spawn(task));
    await settle();
    expect(clock.now.pending).toBe(1);

    controller.abort();
    await Promise.allSettled(waiting);
    expect(clock.now.pending).toBe(0);
  });

  test('keeps trySpawn from starting, and lets it start later', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(10, { rate: { limit: 1, interval: 1000 } });

    expect(pool.trySpawn(task)).toBeDefined();
    expect(pool.trySpawn(task)).toBeUndefined();
    await clock.now.advance(1000);
    expect(pool.trySpawn(task)).toBeDefined();
    await settle();

    expect(at).toEqual([0, 1000]);
  });

  test('holds the items of a map', async () => {
    const at: number[] = [];
    const pool = new GreenPool(10, { rate: { limit: 2, interval: 1000 } });

    const results = pool.imap((n: number) => at.push(clock.now.now()) && n, [1, 2, 3]).toArray();
    await clock.now.advance(2000);

    expect(await results).toEqual([1, 2, 3]);
    expect(at.map((ms) => Math.round(ms))).toEqual([0, 500, 1000]);
  });

  test.each([
    [{ limit: 0, interval: 1 }, RangeError, /rate\.limit must be >= 1, got 0/],
    [{ limit: 1.5, interval: 1 }, TypeError, /rate\.limit .* got 1\.5/],
    [{ limit: Number.POSITIVE_INFINITY, interval: 1 }, RangeError, /rate\.limit must be finite/],
    [{ limit: 1, interval: 0 }, RangeError, /rate\.interval must be > 0 ms and finite, got 0/],
    [{ limit: 1, interval: 'x' }, TypeError, /rate\.interval .* got "x"/],
    [{ limit: 2, interval: 1, burst: 3 }, RangeError, /rate\.burst must be <= rate\.limit \(2\), got 3/],
    [5, TypeError, /rate must be an object, got 5/],
  ])('refuses %o in the call', (rate, type, message) => {
    const pool = new GreenPool(1);

    const error = thrown(() => pool.with({ rate: rate as never }));

    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
  });
});

describe('GreenPool.throttle', () => {
  test('holds new starts, and lets those that run go on', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(3);
    const running = pool.run(() => sleep(10));
    await settle();

    pool.throttle(50);
    void pool.spawnN(task);
    await clock.now.advance(20);
    await running;
    expect(at).toEqual([]);
    await clock.now.advance(30);

    expect(at).toEqual([50]);
  });

  test('of a view with a key holds that key alone', async () => {
    const held = notes();
    const free = notes();
    const pool = new GreenPool(3);

    pool.with({ key: 'busy.example' }).throttle(50);
    void pool.with({ key: 'busy.example' }).spawnN(held.task);
    void pool.with({ key: 'idle.example' }).spawnN(free.task);
    await clock.now.advance(50);

    expect([held.at, free.at]).toEqual([[50], [0]]);
  });

  test('keeps the latest end', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(1);

    pool.throttle(50);
    pool.throttle(20);
    void pool.spawnN(task);
    await clock.now.advance(60);

    expect(at).toEqual([50]);
  });

  test('takes effect while callers queue', async () => {
    const { at, task } = notes();
    const pool = new GreenPool(1);
    const slot = await holdSlot(pool);
    void pool.spawnN(task);

    pool.throttle(50);
    slot.release();
    await clock.now.advance(50);

    expect(at).toEqual([50]);
  });

  test('refuses no duration, and a key that is a function', () => {
    const pool = new GreenPool(1);

    expect(thrown(() => pool.throttle(-1))).toBeInstanceOf(RangeError);
    expect(thrown(() => pool.with({ key: () => 1 }).throttle(1))).toBeInstanceOf(TypeError);
  });
});
