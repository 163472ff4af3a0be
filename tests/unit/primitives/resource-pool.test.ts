import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { ResourcePool } from '../../../src/primitives/resource-pool.ts';
import { sleep } from '../../../src/primitives/sleep.ts';
import { deferred, settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope, thrown } from './support.ts';

const clock = useManualClock();

/** A pool of 1, 2, 3, ... that notes what was made and ended. */
function counted(options: { maxSize?: number; minSize?: number; order?: 'fifo' | 'lifo' } = {}) {
  const log = { made: 0, ended: [] as number[], errors: [] as unknown[] };
  const pool = new ResourcePool<number>({
    create: () => ++log.made,
    destroy: (item) => log.ended.push(item),
    onError: (error) => log.errors.push(error),
    ...options,
  });
  return { pool, log };
}

const create = (): number => 1;

describe('new ResourcePool', () => {
  test('has four places unless told otherwise', () => {
    expect([counted().pool.maxSize, counted().pool.free()]).toEqual([4, 4]);
  });

  test('makes minSize items ahead, which count as free', async () => {
    const { pool, log } = counted({ minSize: 2 });

    expect([log.made, pool.free()]).toEqual([2, 4]);
    expect([await pool.get(), await pool.get(), log.made]).toEqual([1, 2, 2]);
  });

  test('an item made ahead that fails is reported, and made again when needed', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const create = (): number => {
      calls += 1;
      if (calls === 1) throw new Error('boom');
      return calls;
    };
    const pool = new ResourcePool({ create, minSize: 1, maxSize: 1, onError: (error) => errors.push(error) });

    const item = await pool.get();

    expect([item, pool.free(), errors]).toEqual([2, 0, [new Error('boom')]]);
  });

  test.each([
    [{ create: 'make' }, TypeError],
    [{ create, maxSize: 1.5 }, TypeError],
    [{ create, maxSize: -1 }, RangeError],
    [{ create, minSize: 5 }, RangeError],
    [{ create, destroy: 'close' }, TypeError],
    [{ create, onError: 'warn' }, TypeError],
    [{ create, order: 'random' }, TypeError],
    [{ create, minSize: Number.POSITIVE_INFINITY, maxSize: Number.POSITIVE_INFINITY }, RangeError],
  ])('with wrong options %o throws', (options, error) => {
    // @ts-expect-error: the wrong kind, on purpose
    expect(() => new ResourcePool(options)).toThrow(error);
  });
});

describe('ResourcePool.get', () => {
  test('creates on demand, and hands what is put back to those who wait, in call order', async () => {
    const { pool, log } = counted({ maxSize: 2 });
    const [a, b] = [await pool.get(), await pool.get()];
    const gets = [watch(pool.get()), watch(pool.get())];
    await settle();
    expect([a, b, pool.free(), pool.waiting()]).toEqual([1, 2, 0, 2]);

    pool.put(b);
    pool.put(a);

    await settle();
    expect(gets.map((get) => get.value)).toEqual([2, 1]);
    expect([log.made, pool.free(), pool.waiting()]).toEqual([2, 0, 0]);
  });

  test('is not overtaken by one who puts and gets again in the same turn', async () => {
    const { pool } = counted({ maxSize: 1 });
    const item = await pool.get();
    const parked = watch(pool.get());

    pool.put(item);
    const newcomer = watch(pool.get());

    await settle();
    expect([parked.state, newcomer.state]).toEqual(['done', 'pending']);
  });

  test.each([
    ['fifo', 1],
    ['lifo', 2],
  ] as const)('in the order %s gives item %s first', async (order, first) => {
    const { pool } = counted({ order });
    const items = [await pool.get(), await pool.get()];
    for (const item of items) pool.put(item);

    expect(await pool.get()).toBe(first);
  });

  test('a failing create rejects that call alone, frees its place and lets the next one try', async () => {
    const makers = [deferred<string>(), deferred<string>(), deferred<string>()];
    let calls = 0;
    const pool = new ResourcePool({ create: () => makers[calls++]!.promise, maxSize: 1 });
    const gets = [1, 2, 3].map(() => watch(pool.get()));
    expect([calls, pool.waiting(), pool.free()]).toEqual([1, 2, 0]);

    makers[0]?.reject('boom');
    await settle();
    expect([gets[0]?.error, calls, pool.waiting()]).toEqual(['boom', 2, 1]);
    makers[1]?.reject('boom again');
    await settle();
    makers[2]?.resolve('item');

    await settle();
    expect(gets.map((get) => get.value ?? get.error)).toEqual(['boom', 'boom again', 'item']);
    expect([pool.free(), pool.waiting()]).toEqual([0, 0]);
  });

  test('many waiters of a create that always throws all learn of it', async () => {
    const create = (): never => {
      throw new Error('boom');
    };
    const pool = new ResourcePool<number>({ create, maxSize: 1 });

    const gets = await Promise.allSettled(Array.from({ length: 2_000 }, () => pool.get()));

    expect(new Set(gets.map((get) => get.status))).toEqual(new Set(['rejected']));
    expect([pool.free(), pool.waiting()]).toEqual([1, 0]);
  });

  test('that times out while its item is being made leaves the item to the next one', async () => {
    const made = deferred<string>();
    const pool = new ResourcePool({ create: () => made.promise, maxSize: 1 });
    const gone = watch(pool.get({ timeout: 5 }));
    const next = watch(pool.get());

    await clock.now.advance(5);
    expect([gone.state, pool.free(), pool.waiting()]).toEqual(['failed', 0, 1]);
    made.resolve('item');

    await settle();
    expect(next.value).toBe('item');
    pool.put('item');
    expect(pool.free()).toBe(1);
  });

  test('that gave up does not hide the failure of its create', async () => {
    const errors: unknown[] = [];
    const made = deferred<string>();
    const pool = new ResourcePool({ create: () => made.promise, onError: (error) => errors.push(error) });
    const gone = watch(pool.get({ timeout: 5 }));
    await clock.now.advance(5);

    made.reject('boom');

    await settle();
    expect([gone.state, errors, pool.free()]).toEqual(['failed', ['boom'], 4]);
  });

  test('that is killed ends its create with it, which is no failure to report', async () => {
    const errors: unknown[] = [];
    const create = () => sleep(1000).then(() => 'item');
    const pool = new ResourcePool({ create, maxSize: 1, onError: (error) => errors.push(error) });
    const { scope, result } = inScope(() => watch(pool.get()));

    scope.deliver('killed');

    await settle();
    expect([result.error, errors, pool.free()]).toEqual(['killed', [], 1]);
  });

  test('killed while parked loses no item', async () => {
    const { pool } = counted({ maxSize: 1 });
    const item = await pool.get();
    const { scope, result } = inScope(() => watch(pool.get()));

    scope.deliver('killed');
    pool.put(item);

    await settle();
    expect([result.error, pool.free(), await pool.get()]).toEqual(['killed', 1, item]);
  });

  test('runs create in the context of its own caller, not of whoever made room', async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    let calls = 0;
    const create = () => {
      seen.push(caller.getStore());
      calls += 1;
      return calls === 1 ? Promise.reject('boom') : Promise.resolve(calls);
    };
    const pool = new ResourcePool({ create, maxSize: 1 });

    const gets = ['first', 'second'].map((name) => watch(caller.run(name, () => pool.get())));

    await settle();
    expect([seen, gets[1]?.value]).toEqual([['first', 'second'], 2]);
  });
});

describe('ResourcePool.put', () => {
  test('of something that is not out throws', async () => {
    const { pool } = counted();
    const item = await pool.get();
    pool.put(item);

    for (const wrong of [item, 99]) {
      expect(thrown(() => pool.put(wrong))).toMatchObject({ code: 'ERR_RESOURCE_UNKNOWN' });
    }
    expect(pool.free()).toBe(4);
  });

  test('counts equal items one by one', async () => {
    const pool = new ResourcePool({ create: () => 'same', maxSize: 2 });
    await pool.get();
    await pool.get();

    pool.put('same');
    pool.put('same');

    expect(pool.free()).toBe(2);
    expect(() => pool.put('same')).toThrow('"same" is not out');
  });
});

describe('ResourcePool.item', () => {
  test('lends an item to the function, passes its arguments on, and takes the item back', async () => {
    const { pool } = counted();

    const result = await pool.item((item, factor: number) => [item * factor, pool.free()], 10);

    expect([result, pool.free()]).toEqual([[10, 3], 4]);
  });

  test('takes the item back when the function throws, now or later', async () => {
    const { pool } = counted({ maxSize: 1 });

    await expect(pool.item(() => Promise.reject('later'))).rejects.toBe('later');
    await expect(
      pool.item(() => {
        throw new Error('now');
      }),
    ).rejects.toThrow('now');

    expect(pool.free()).toBe(1);
  });

  test('of no function is a TypeError and takes nothing', async () => {
    const { pool, log } = counted();

    // @ts-expect-error: the wrong kind, on purpose
    await expect(pool.item('query')).rejects.toThrow(TypeError);

    expect(log.made).toBe(0);
  });
});

describe('ResourcePool.resize', () => {
  test('growing serves exactly those for whom there is room, at once', async () => {
    const { pool, log } = counted({ maxSize: 1 });
    const gets = [1, 2, 3, 4].map(() => watch(pool.get()));

    pool.resize(3);

    expect([log.made, pool.waiting()]).toEqual([3, 1]);
    await settle();
    expect(gets.map((get) => get.state)).toEqual(['done', 'done', 'done', 'pending']);
  });

  test('shrinking ends idle items now and taken ones when they are put back', async () => {
    const { pool, log } = counted({ maxSize: 3 });
    const [a, b, c] = [await pool.get(), await pool.get(), await pool.get()];
    pool.put(a);

    pool.resize(1);
    expect([log.ended, pool.free()]).toEqual([[a], -1]);
    pool.put(b);
    pool.put(c);

    await settle();
    expect([log.ended, pool.free(), await pool.get()]).toEqual([[a, b], 1, c]);
  });

  test('with a wrong size changes nothing', () => {
    const { pool } = counted();

    expect(() => pool.resize(-1)).toThrow(RangeError);
    expect(() => pool.resize(1.5)).toThrow(TypeError);
    expect(pool.maxSize).toBe(4);
  });
});

describe('ResourcePool.close', () => {
  test('refuses callers, ends every item, and resolves when the last one is back', async () => {
    const { pool, log } = counted({ maxSize: 2 });
    const [a, b] = [await pool.get(), await pool.get()];
    const parked = watch(pool.get());
    pool.put(a);
    await settle();
    pool.put(parked.value ?? 0);
    const late = watch(pool.get());
    await settle();
    pool.put(late.value ?? 0);

    const close = watch(pool.close());

    await expect(pool.get()).rejects.toMatchObject({ code: 'ERR_RESOURCE_CLOSED' });
    expect([log.ended, close.state]).toEqual([[a], 'pending']);
    pool.put(b);
    await settle();
    expect([log.ended, close.state]).toEqual([[a, b], 'done']);
    await pool.close();
  });

  test('rejects those who wait', async () => {
    const { pool } = counted({ maxSize: 1 });
    await pool.get();
    const parked = watch(pool.get());

    await expect(pool.close({ timeout: 0 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });

    expect(parked.error).toMatchObject({ code: 'ERR_RESOURCE_CLOSED' });
  });

  test('resolves when the last item could not be made', async () => {
    const made = deferred<string>();
    const pool = new ResourcePool({ create: () => made.promise });
    const get = watch(pool.get());
    const close = watch(pool.close());
    await settle();
    expect(close.state).toBe('pending');

    made.reject('boom');

    await settle();
    expect([get.error, close.state]).toEqual(['boom', 'done']);
  });

  test('waits for destroy, and reports one that fails', async () => {
    const errors: unknown[] = [];
    const ended = deferred();
    const pool = new ResourcePool({
      create: () => 'item',
      destroy: () => ended.promise,
      onError: (error) => errors.push(error),
    });
    pool.put(await pool.get());
    const close = watch(pool.close());
    await settle();
    expect(close.state).toBe('pending');

    ended.reject('boom');

    await settle();
    expect([close.state, errors]).toEqual(['done', ['boom']]);
  });

  test('a failure nobody is told of is a process warning, also when onError throws', async () => {
    const warnings: string[] = [];
    const { emitWarning } = process;
    process.emitWarning = (warning) => warnings.push(String(warning));
    const destroy = (): never => {
      throw new Error('boom');
    };
    const onError = (): never => {
      throw new Error('worse');
    };
    for (const options of [{}, { onError }]) {
      const pool = new ResourcePool({ create: () => 'item', destroy, ...options });
      pool.put(await pool.get());
      await pool.close();
    }

    await settle();
    process.emitWarning = emitWarning;
    expect(warnings.map((message) => message.split(': ')[1])).toEqual(['boom', 'boom', 'worse']);
  });
});
