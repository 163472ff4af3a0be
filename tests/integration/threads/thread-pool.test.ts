import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { thrown } from '../../support/rejection.ts';
import { haveBegun, openAll } from '../pool-contract/stage.ts';
import { bodies, greenpool, ThreadPool, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

describe('new ThreadPool', () => {
  test('is a GreenPool, and so are its views, which are ThreadPools', () => {
    const pool = makePool(2, { name: 'threads' });

    expect(pool).toBeInstanceOf(greenpool.GreenPool);
    expect([pool.size, pool.name]).toEqual([2, 'threads']);
    expect(pool.with({ priority: 1 })).toBeInstanceOf(ThreadPool);
  });

  test('has as many slots as there are cores', async () => {
    await using pool = new ThreadPool();

    expect(pool.size).toBe(availableParallelism());
  });

  test('starts no thread before there is a task', async () => {
    const pool = makePool(3);

    expect([pool.running(), pool.free()]).toEqual([0, 3]);
    await pool.waitall();
  });

  test.each([
    [{}, -1, RangeError, 'size'],
    [{}, 1.5, TypeError, 'size'],
    [{}, 'two', TypeError, 'size'],
    [{ grace: -1 }, 1, RangeError, 'grace'],
    [{ grace: 'long' }, 1, TypeError, 'grace'],
    [{ grace: Number.NaN }, 1, TypeError, 'grace'],
    [{ idleTimeout: -1 }, 1, RangeError, 'idleTimeout'],
    [{ idleTimeout: '1' }, 1, TypeError, 'idleTimeout'],
    [{ resourceLimits: 42 }, 1, TypeError, 'resourceLimits'],
    [{ name: 42 }, 1, TypeError, 'name'],
    [{ onError: 42 }, 1, TypeError, 'onError'],
    [{ priority: 'high' }, 1, TypeError, 'priority'],
    [42, 1, TypeError, 'options'],
  ])('refuses %j for size %j, naming it', (options, size, type, name) => {
    const error = thrown(() => new ThreadPool(size as number, options as object));

    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ message: expect.stringContaining(name) });
  });
});

describe('ThreadPool.run', () => {
  test('runs tasks in threads of their own, several at a time', async () => {
    const pool = makePool(2);
    const flags = makeFlags();
    const held = [1, 2].map((id) => pool.run(tasks.stage, flags, id));

    await haveBegun(flags, 2);
    openAll(flags);
    const places = [await pool.run(bodies.where), bodies.where()];

    expect(await Promise.all(held)).toEqual([1, 2]);
    expect(places[0]).not.toBe(places[1]);
  });

  test('runs tasks side by side that block their thread', async () => {
    const pool = makePool(2);
    const flags = makeFlags();

    const blocked = [pool.run(tasks.block, flags), pool.run(tasks.block, flags)];
    while (Atomics.load(flags, 0) < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    openAll(flags);

    expect(await Promise.all(blocked)).toEqual(['blocked', 'blocked']);
  });

  test('gives 10,000 results of tiny calls, each to its caller', async () => {
    const pool = makePool(2);
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);

    const results = await Promise.all(numbers.map((n) => pool.run(tasks.double, n)));

    expect(results).toEqual(numbers.map((n) => n * 2));
  });
});

describe('with({ timeout })', () => {
  test('says which task it was by the name given to it', async () => {
    const pool = makePool(1, { grace: 5 });
    const thread = await pool.with({ timeout: 20, name: 'endless' }).spawn(tasks.spin);

    await expect(thread.wait()).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: expect.stringContaining('"endless"'),
    });
  });
});
