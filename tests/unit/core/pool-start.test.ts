import { GreenPool, type GreenThread } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';

describe('the first line of a task', () => {
  test('runs after spawn has returned', async () => {
    const log: string[] = [];
    const pool = new GreenPool(2);

    const spawned = pool.spawn(() => log.push('task'));
    log.push('spawn returned');

    await (await spawned).wait();
    expect(log).toEqual(['spawn returned', 'task']);
  });

  test.each<[string, (pool: GreenPool, task: () => unknown) => unknown]>([
    ['spawnN', (pool, task) => pool.spawnN(task)],
    ['run', (pool, task) => pool.run(task)],
    ['trySpawn', (pool, task) => pool.trySpawn(task)],
  ])('runs after %s has returned', async (_name, call) => {
    const log: string[] = [];
    const pool = new GreenPool(2);

    void call(pool, () => log.push('task'));
    log.push('returned');

    await pool.waitall();
    expect(log).toEqual(['returned', 'task']);
  });

  test('of a queued task runs after the end that made room', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    held.thread.link(() => log.push('link of the first'));
    const second = pool.spawn(() => log.push('second'));

    held.release();

    await (await second).wait();
    expect(log).toEqual(['link of the first', 'second']);
  });

  test('of several tasks runs in the order of admission, async and sync mixed', async () => {
    const log: number[] = [];
    const pool = new GreenPool(3);
    const tasks = [0, 1, 2, 3, 4, 5].map((n) =>
      n % 2 === 0 ? pool.spawn(() => log.push(n)) : pool.spawn(async () => log.push(n)),
    );

    await Promise.all(tasks);
    await pool.waitall();

    expect(log).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('of tasks admitted by a resize runs after resize has returned, in order', async () => {
    const log: string[] = [];
    const pool = new GreenPool(0);
    const spawned = ['a', 'b', 'c'].map((name) => pool.spawn(() => log.push(name)));

    pool.resize(3);
    log.push('resized');

    await Promise.all(spawned);
    await pool.waitall();
    expect(log).toEqual(['resized', 'a', 'b', 'c']);
  });
});

describe('whoever awaits a spawn that a resize admits in the same job', () => {
  test('goes on before the first line, and can still take the task back', async () => {
    const log: string[] = [];
    const pool = new GreenPool(0);

    const spawned = pool.spawn(() => log.push('first line'));
    pool.resize(1);
    const thread = await spawned;

    expect([thread.state, thread.cancel(), log]).toEqual(['pending', true, []]);
  });

  test('goes on before the first line of a task without a handle', async () => {
    const log: string[] = [];
    const pool = new GreenPool(0);

    const spawned = pool.spawnN(() => log.push('first line'));
    pool.resize(1);
    await spawned;
    log.push('caller');
    await pool.waitall();

    expect(log).toEqual(['caller', 'first line']);
  });

  test('goes on before the first line inside a task of another pool', async () => {
    const log: string[] = [];
    const pool = new GreenPool(0);

    await new GreenPool(1).run(async () => {
      const spawned = pool.spawn(() => log.push('first line'));
      pool.resize(1);
      await spawned;
      log.push('caller');
    });
    await pool.waitall();

    expect(log).toEqual(['caller', 'first line']);
  });
});

describe('GreenPool.run', () => {
  test('tells of a failure as soon as of a result', async () => {
    const pool = new GreenPool(2);
    const gate = deferred();
    const failing = pool.run(async () => {
      await gate.promise;
      throw new Error('first');
    });
    const later = pool.run(async () => {
      await gate.promise;
      await Promise.resolve();
    });
    await settle();

    gate.resolve();

    expect(await rejection(Promise.race([failing, later]))).toEqual(new Error('first'));
    await later;
  });
});

describe('GreenPool.spawn', () => {
  test('resolves when the slot is taken, not when the task ends', async () => {
    const pool = new GreenPool(1);

    const held = await holdSlot(pool);

    expect(held.thread.state).toBe('running');
    held.release();
    await held.thread.wait();
  });

  test('passes the arguments on', async () => {
    const thread = await new GreenPool(1).spawn((...args: unknown[]) => args, 1, 'b', undefined, null);

    expect(await thread.wait()).toEqual([1, 'b', undefined, null]);
  });

  test('a plain function gives its value, an async one what it resolves with', async () => {
    const pool = new GreenPool(2);

    const plain = await pool.spawn(() => 'plain');
    const asynchronous = await pool.spawn(async () => 'async');

    expect(await plain.wait()).toBe('plain');
    expect(await asynchronous.wait()).toBe('async');
  });

  test('a thenable that a plain function returns is followed', async () => {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is the point
    const thenable: PromiseLike<string> = { then: (resolve) => Promise.resolve('followed').then(resolve) };

    expect(await new GreenPool(1).run(() => thenable)).toBe('followed');
  });

  test('a thenable whose then throws fails the task and gives the slot back', async () => {
    const pool = new GreenPool(1);
    const broken = {
      // biome-ignore lint/suspicious/noThenProperty: a broken thenable is the point
      get then(): never {
        throw new Error('broken then');
      },
    };

    expect(await rejection(pool.run(() => broken))).toEqual(new Error('broken then'));
    expect(pool.free()).toBe(1);
  });

  test('the handle is not thenable', async () => {
    const thread = await new GreenPool(1).spawn(() => 1);

    expect('then' in thread).toBe(false);
    expect(await Promise.resolve(thread)).toBe(thread);
  });

  test('a throw of a plain function is the outcome of the task, not of spawn', async () => {
    const pool = new GreenPool(1);
    const error = new Error('task');

    const thread = await pool.spawn((): void => {
      throw error;
    });

    expect(await rejection(thread.wait())).toBe(error);
    expect(thread.state).toBe('failed');
    expect(pool.running()).toBe(0);
  });
});

describe('a value that is not a function', () => {
  const values = [undefined, null, 5, 'name', {}].map((value) => [value]);
  type Fn = () => unknown;

  test.each(values)('%o is a TypeError outcome of the task for spawn', async (value) => {
    const pool = new GreenPool(1);

    const thread: GreenThread<unknown> = await pool.spawn(value as unknown as Fn);

    expect(await rejection(thread.wait())).toBeInstanceOf(TypeError);
    expect([thread.state, pool.free()]).toEqual(['failed', 1]);
  });

  test('rejects run with a TypeError that names the value', async () => {
    const error = await rejection(new GreenPool(1).run('name' as unknown as Fn));

    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('"name"');
  });

  test('goes to onError for spawnN', async () => {
    const { errors, onError } = reports();

    await new GreenPool(1, { onError }).spawnN(5 as unknown as Fn);
    await settle();

    expect(errors).toEqual([expect.any(TypeError)]);
  });
});
