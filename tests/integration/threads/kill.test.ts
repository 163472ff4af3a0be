import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { begun, counts, haveBegun, openAll } from '../pool-contract/stage.ts';
import { bodies, places, SIGN_OF_LIFE, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

/** How far a busy loop has come, and whether it still goes on. */
async function signOfLife(flags: Int32Array): Promise<{ count: number; goesOn: boolean }> {
  const count = Atomics.load(flags, SIGN_OF_LIFE);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { count, goesOn: Atomics.load(flags, SIGN_OF_LIFE) !== count };
}

describe('a kill of a task in a busy loop', () => {
  test('ends its thread after the grace; only then is the slot back', async () => {
    const pool = makePool(1, { grace: 20 });
    const flags = makeFlags();
    const thread = await pool.spawn(bodies.spinCounting, flags);
    await haveBegun(flags, 1);
    let countAtLink = -1;
    thread.link(() => {
      countAtLink = Atomics.load(flags, SIGN_OF_LIFE);
    });

    const ended = thread.kill(new Error('enough'));

    expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 0 });
    expect(await rejection(thread.wait())).toMatchObject({ message: 'enough' });
    await ended;
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    expect(await signOfLife(flags)).toEqual({ count: countAtLink, goesOn: false });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('leaves other threads alone', async () => {
    const pool = makePool(2, { grace: 5 });
    const flags = makeFlags();
    const guilty = await pool.spawn(bodies.spinCounting, flags);
    const other = pool.run(tasks.stage, flags, 2);
    await haveBegun(flags, 2);

    await guilty.kill();
    openAll(flags);

    expect(await other).toBe(2);
  });

  test.each([1, 2])('as a kill of the pool ends all %i threads', async (size) => {
    const pool = makePool(size, { grace: 5 });
    const flags = makeFlags();
    for (let n = 0; n < size; n += 1) await pool.spawn(bodies.spinCounting, flags);
    const queued = rejection(pool.run(tasks.add, 1, 2));
    await haveBegun(flags, size);

    await pool.kill();

    expect((await signOfLife(flags)).goesOn).toBe(false);
    expect(await queued).toMatchObject({ code: 'ERR_KILLED' });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('by a timeout ends its thread, too', async () => {
    const pool = makePool(1, { grace: 5 });
    const flags = makeFlags();
    await pool.run(tasks.add, 1, 2);

    const error = await rejection(pool.with({ timeout: 250 }).run(bodies.spinCounting, flags));
    await pool.waitall();

    expect(error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(begun(flags)).toHaveLength(1);
    expect((await signOfLife(flags)).goesOn).toBe(false);
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('by a timeout is followed by the next attempt', async () => {
    const pool = makePool(1, { grace: 5 });
    const flags = makeFlags();
    await pool.run(tasks.add, 1, 2);
    const view = pool.with({ timeout: 250, retry: { attempts: 2, base: 0 } });

    const thread = await view.spawn(bodies.spinCounting, flags);

    expect(await rejection(thread.wait())).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(thread.attempt).toBe(2);
    // The other thread may not have been there in time.
    expect(begun(flags).length).toBeGreaterThan(0);
    await pool.waitall();
    expect(pool.running()).toBe(0);
    expect((await signOfLife(flags)).goesOn).toBe(false);
  });

  test('by a signal ends its thread, too', async () => {
    const pool = makePool(1, { grace: 5 });
    const flags = makeFlags();
    const abort = new AbortController();
    const thread = await pool.with({ signal: abort.signal }).spawn(bodies.spinCounting, flags);
    await haveBegun(flags, 1);
    const reason = new Error('enough');

    abort.abort(reason);

    expect(await rejection(thread.wait())).toBe(reason);
    await pool.waitall();
    expect((await signOfLife(flags)).goesOn).toBe(false);
  });
});

describe('a kill of a task that listens', () => {
  test('ends it by its signal, whose reason is of the class and code of the one given', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const thread = await pool.spawn(bodies.tellReason, flags, 'E_WHY');
    await haveBegun(flags, 1);

    await thread.kill(Object.assign(new RangeError('why'), { code: 'E_WHY' }));

    expect(flags[places.cleaned]).toBe(3);
  });

  test('keeps its thread', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const where = await pool.run(bodies.where);
    const thread = await pool.spawn(tasks.tidy, flags, 1);
    await haveBegun(flags, 1);

    await thread.kill();

    expect(flags[places.cleaned]).toBe(1);
    expect(await pool.run(bodies.where)).toBe(where);
  });

  test('with a reason that cannot be copied works as well', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const thread = await pool.spawn(tasks.tidy, flags, 1);
    await haveBegun(flags, 1);
    const reason = () => 1;

    await thread.kill(reason);

    expect(await rejection(thread.wait())).toBe(reason);
    expect(flags[places.cleaned]).toBe(1);
  });
});

describe('grace', () => {
  test('of Infinity waits for a task that is deaf to kills', async () => {
    const pool = makePool(1, { grace: Number.POSITIVE_INFINITY });
    const flags = makeFlags();
    const thread = await pool.spawn(tasks.stubborn, flags, 1);
    await haveBegun(flags, 1);

    const ended = thread.kill();
    await settle();

    expect(pool.running()).toBe(1);
    openAll(flags);
    await ended;
    expect(pool.running()).toBe(0);
  });

  test('that is over ends a task that waits for something else', async () => {
    const pool = makePool(1, { grace: 5 });
    const flags = makeFlags();
    const where = await pool.run(bodies.where);
    const thread = await pool.spawn(tasks.stubborn, flags, 1);
    await haveBegun(flags, 1);

    await thread.kill();

    expect(pool.running()).toBe(0);
    expect(await pool.run(bodies.where)).not.toBe(where);
  });

  test('does not end the thread of the task that came after the one killed', async () => {
    const pool = makePool(1, { grace: 30 });
    const flags = makeFlags();
    const killed = await pool.spawn(tasks.stage, flags, 1);
    await haveBegun(flags, 1);
    const next = pool.run(tasks.nap, 80);

    await killed.kill();

    expect(await next).toBe('rested');
  });
});
