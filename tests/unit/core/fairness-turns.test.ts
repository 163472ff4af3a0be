import { GreenPool, type GreenThread, spawn, spawnN } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';
import { countTurns } from '../../support/turns.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

const TASKS = 100;
/** 10 ms, and what may pass before tasks that were light are seen to have become heavy. */
const LONGEST = 26;
/** A task that holds the processor for a millisecond and never leaves the microtask queue. */
const work = (): void => clock.now.burn(1);
const asyncWork = async (): Promise<void> => {
  work();
  await Promise.resolve();
};

/** 100 tasks of 1 ms in each way there is to run them. */
const ways: [string, (pool: GreenPool) => Promise<unknown>][] = [
  ['spawned at once', (pool) => all(pool, () => pool.spawn(work))],
  ['spawned at once, async', (pool) => all(pool, () => pool.spawn(asyncWork))],
  ['run at once', (pool) => all(pool, () => pool.run(work))],
  ['spawned one by one', (pool) => oneByOne(pool, () => pool.spawn(work))],
  ['spawned one by one without a handle', (pool) => oneByOne(pool, () => pool.spawnN(work))],
  ['run one by one', (pool) => oneByOne(pool, () => pool.run(work))],
  ['each spawned by the last', (pool) => chain(pool)],
  ['spawned by a member', (pool) => byMember(pool)],
  ['spawned by links', (pool) => links(pool)],
  ['mapped', (pool) => pool.imap(work, Array(TASKS).fill(0)).toArray()],
];

describe.each([
  ['of size 1', 1, true],
  ['of size 4', 4, true],
  ['of size Infinity', Number.POSITIVE_INFINITY, true],
  ['of size 4 with context: false', 4, false],
  ['of size Infinity with context: false', Number.POSITIVE_INFINITY, false],
])('a pool %s', (_name, size, context) => {
  test.each(ways)('gives timers and I/O a turn at least every 10 ms: tasks %s', async (_way, run) => {
    const pool = new GreenPool(size, { context });

    const turns = await countTurns(run(pool), clock.now);

    expect(clock.now.now()).toBeGreaterThanOrEqual(TASKS);
    expect(turns.longest).toBeLessThanOrEqual(LONGEST);
  });
});

describe('the option yieldEvery', () => {
  test.each([1, 5, 25])('of %s ms is how long the event loop waits at most', async (yieldEvery) => {
    const pool = new GreenPool(4, { yieldEvery });

    const turns = await countTurns(
      all(pool, () => pool.spawn(work)),
      clock.now,
    );

    expect(turns.longest).toBeLessThanOrEqual(yieldEvery + 2);
    expect(turns.longest).toBeGreaterThanOrEqual(Math.min(yieldEvery, 2));
  });

  test('of Infinity gives turns to nobody', async () => {
    const pool = new GreenPool(4, { yieldEvery: Number.POSITIVE_INFINITY });

    const turns = await countTurns(
      all(pool, () => pool.spawn(work)),
      clock.now,
    );

    expect(turns.longest).toBeGreaterThanOrEqual(TASKS);
  });
});

describe('tasks that turn heavy all of a sudden', () => {
  const spawning = (pool: GreenPool, task: () => unknown) => all(pool, () => pool.spawn(task));
  const mapping = (pool: GreenPool, task: () => unknown) => pool.imap(task, Array(TASKS).fill(0)).toArray();

  describe.each([
    ['spawned', true, spawning],
    ['spawned with context: false', false, spawning],
    ['mapped', true, mapping],
  ])('%s', (_way, context, begin) => {
    test.each([5, 20])('keep the event loop waiting for 10 ms and 4 tasks of %i ms at most', async (ms) => {
      const pool = new GreenPool(4, { context });
      const light = begin(pool, () => {});
      const heavy = begin(pool, () => clock.now.burn(ms));

      const turns = await countTurns(Promise.all([light, heavy]), clock.now);

      expect(turns.longest).toBeLessThanOrEqual(10 + 4 * ms);
    });

    test('are looked at from the first one of a turn on', async () => {
      const pool = new GreenPool(4, { context });
      await begin(pool, () => {});
      await settle();

      const turns = await countTurns(
        begin(pool, () => clock.now.burn(20)),
        clock.now,
      );

      expect(turns.longest).toBe(20);
    });
  });
});

describe('tasks that take no time', () => {
  test('cost no turns of the event loop', async () => {
    const pool = new GreenPool(4);

    const turns = await countTurns(
      all(pool, () => pool.spawn(() => {})),
      clock.now,
    );

    expect(turns.count).toBeLessThanOrEqual(3);
  });
});

describe('green threads without a pool', () => {
  test('give timers and I/O a turn at least every 10 ms', async () => {
    const threads = Array.from({ length: TASKS }, () => spawn(work));
    for (let n = 0; n < TASKS; n += 1) spawnN(work);

    const turns = await countTurns(Promise.all(threads.map((thread) => thread.wait())), clock.now);

    expect(turns.longest).toBeLessThanOrEqual(LONGEST);
  });
});

describe.each([true, false])('tasks held back for a turn, with context: %s', (context) => {
  /** A pool whose turn is used up, and a thread that waits for the next one. */
  async function heldBack() {
    const pool = new GreenPool(Number.POSITIVE_INFINITY, { context });
    const log: number[] = [];
    const first = [1, 2, 3].map(() => pool.spawn(() => clock.now.burn(20)));
    const late: Promise<GreenThread<unknown>>[] = [];
    for (let n = 0; n < 5; n += 1) {
      await Promise.resolve();
      late.push(pool.spawn(() => log.push(n)));
    }
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    return { pool, log, first, late };
  }

  test('start in the order of admission', async () => {
    const { pool, log } = await heldBack();

    await pool.waitall();

    expect(log).toEqual([0, 1, 2, 3, 4]);
  });

  test('and killed meanwhile never run, and their spawns come back', async () => {
    const { pool, log, late } = await heldBack();
    const spawned = late.map(watch);

    await pool.kill('reason');
    await settle();

    expect(log).toEqual([]);
    expect(spawned.map(({ state }) => state)).not.toContain('pending');
    expect(pool.running()).toBe(0);
  });

  test('and killed in great number use up no turns of those that come later', async () => {
    const pool = new GreenPool(Number.POSITIVE_INFINITY, { context });
    const doomed: GreenThread<unknown>[] = [];
    for (let n = 0; n < 300; n += 1) {
      const thread = pool.trySpawn(work);
      if (thread !== undefined) doomed.push(thread);
    }
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
    await pool.kill();
    await settle();
    await Promise.all(doomed.map((thread) => rejection(thread.wait()).catch(() => {})));

    const turns = await countTurns(
      all(pool, () => pool.spawn(work)),
      clock.now,
    );

    expect(turns.longest).toBeLessThanOrEqual(LONGEST);
  });
});

describe('many producers, each of which works between its spawns', () => {
  // All of them have been admitted before the first one works; after that the clock is asked at every sixteenth.
  test.each([30, 200])('%i of them do not hold the event loop', async (producers) => {
    const pool = new GreenPool(Number.POSITIVE_INFINITY, { clock: clock.now });
    const produce = async (): Promise<void> => {
      for (let n = 0; n < 5; n += 1) {
        await pool.spawn(() => undefined);
        work();
      }
    };

    const turns = await countTurns(Promise.all(Array.from({ length: producers }, produce)), clock.now);

    expect(turns.longest).toBeLessThanOrEqual(producers + LONGEST + 16);
    expect(turns.count).toBeGreaterThan(2);
  });
});

async function all(pool: GreenPool, spawnOne: () => Promise<unknown>): Promise<void> {
  const spawned: Promise<unknown>[] = [];
  for (let n = 0; n < TASKS; n += 1) spawned.push(spawnOne());
  await Promise.all(spawned);
  await pool.waitall();
}

async function oneByOne(pool: GreenPool | undefined, spawnOne: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < TASKS; n += 1) await spawnOne();
  await pool?.waitall();
}

async function byMember(pool: GreenPool): Promise<void> {
  await pool.run(() => oneByOne(undefined, () => pool.spawn(work)));
  await pool.waitall();
}

async function chain(pool: GreenPool): Promise<void> {
  const step = (left: number): void => {
    work();
    if (left > 1) void pool.spawn(step, left - 1);
  };
  await pool.spawn(step, TASKS);
  await pool.waitall();
}

async function links(pool: GreenPool): Promise<void> {
  let left = TASKS;
  const spawnNext = (): void => {
    left -= 1;
    if (left >= 0) pool.trySpawn(work)?.link(spawnNext);
  };
  spawnNext();
  await pool.waitall();
}
