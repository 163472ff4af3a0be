import {
  GreenPool,
  type GreenThread,
  getcurrent,
  spawn,
  spawnAfter,
  spawnN,
  Timeout,
  type WaitOptions,
  withTimeout,
} from 'greenpool';
import { describe, expectTypeOf, test } from 'vitest';

declare const pool: GreenPool;
declare function add(a: number, b: number): number;
declare function fetchPage(url: string, retries?: number): Promise<{ body: string }>;
declare function join(separator: string, ...words: string[]): string;
declare function identity<T>(value: T): T;
declare function maybe(n: number): string | Promise<string>;
declare function nothing(): void;

describe('GreenPool.spawn', () => {
  test('resolves with the handle, which awaits what the function returns', async () => {
    expectTypeOf(pool.spawn(add, 1, 2)).toEqualTypeOf<Promise<GreenThread<number>>>();
    expectTypeOf(await pool.spawn(add, 1, 2)).toEqualTypeOf<GreenThread<number>>();
    expectTypeOf(await pool.spawn(fetchPage, 'url')).toEqualTypeOf<GreenThread<{ body: string }>>();
    expectTypeOf(await pool.spawn(maybe, 1)).toEqualTypeOf<GreenThread<string>>();
    expectTypeOf(await pool.spawn(nothing)).toEqualTypeOf<GreenThread<void>>();
  });

  test('keeps optional, rest and generic parameters', async () => {
    expectTypeOf(await pool.spawn(fetchPage, 'url', 3)).toEqualTypeOf<GreenThread<{ body: string }>>();
    expectTypeOf(await pool.spawn(join, ',', 'a', 'b', 'c')).toEqualTypeOf<GreenThread<string>>();
    expectTypeOf(await pool.spawn(identity<boolean>, true)).toEqualTypeOf<GreenThread<boolean>>();
  });

  test('infers the parameters of an inline function from the arguments', () => {
    void pool.spawn(
      (n, word) => {
        expectTypeOf(n).toEqualTypeOf<number>();
        expectTypeOf(word).toEqualTypeOf<string>();
      },
      ...([1, 'a'] as [number, string]),
    );
  });

  test('refuses wrong arguments', () => {
    // @ts-expect-error a string is no number
    void pool.spawn(add, 1, '2');
    // @ts-expect-error one argument is missing
    void pool.spawn(add, 1);
    // @ts-expect-error one argument too many
    void pool.spawn(add, 1, 2, 3);
    // @ts-expect-error options never ride in the argument list
    void pool.spawn(nothing, { timeout: 5 });
    // @ts-expect-error a promise is not what the function takes
    void pool.spawn(add, Promise.resolve(1), 2);
    // @ts-expect-error not a function
    void pool.spawn('add', 1, 2);
    // @ts-expect-error a call and not a function
    void pool.spawn(add(1, 2));
  });
});

describe('the other ways to start a task of a pool', () => {
  test('run gives the result', () => {
    expectTypeOf(pool.run(add, 1, 2)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(pool.run(fetchPage, 'url')).toEqualTypeOf<Promise<{ body: string }>>();
    // @ts-expect-error a string is no number
    void pool.run(add, '1', 2);
    // @ts-expect-error one argument is missing
    void pool.run(fetchPage);
  });

  test('spawnN gives nothing', () => {
    expectTypeOf(pool.spawnN(add, 1, 2)).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a string is no number
    void pool.spawnN(add, 1, '2');
  });

  test('trySpawn gives the handle or undefined, without a promise', () => {
    expectTypeOf(pool.trySpawn(fetchPage, 'url')).toEqualTypeOf<GreenThread<{ body: string }> | undefined>();
    // @ts-expect-error a number is no string
    pool.trySpawn(fetchPage, 5);
  });
});

describe('the functions of the module', () => {
  test('spawn and spawnAfter give the handle at once', () => {
    expectTypeOf(spawn(fetchPage, 'url')).toEqualTypeOf<GreenThread<{ body: string }>>();
    expectTypeOf(spawnAfter(10, add, 1, 2)).toEqualTypeOf<GreenThread<number>>();
    // @ts-expect-error one argument is missing
    spawn(add, 1);
    // @ts-expect-error the time comes first
    spawnAfter(add, 1, 2);
    // @ts-expect-error a string is no number
    spawnAfter(10, add, 1, '2');
  });

  test('spawnN gives nothing', () => {
    expectTypeOf(spawnN(add, 1, 2)).toEqualTypeOf<void>();
    // @ts-expect-error one argument is missing
    spawnN(add, 1);
  });

  test('withTimeout gives the result', () => {
    expectTypeOf(withTimeout(10, fetchPage, 'url')).toEqualTypeOf<Promise<{ body: string }>>();
    expectTypeOf(withTimeout(new Timeout(10), add, 1, 2)).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error a string is no number
    void withTimeout(10, add, 1, '2');
    // @ts-expect-error a string is no time
    void withTimeout('10', add, 1, 2);
  });

  test('getcurrent gives a handle of unknown result, or undefined', () => {
    expectTypeOf(getcurrent()).toEqualTypeOf<GreenThread<unknown> | undefined>();
  });
});

describe('GreenPool.with', () => {
  test('is a GreenPool', () => {
    expectTypeOf(pool.with({ timeout: 5, name: 'n', priority: 1, readAhead: 2 })).toEqualTypeOf<GreenPool>();
    expectTypeOf(pool.with({ signal: new AbortController().signal }).run(add, 1, 2)).toEqualTypeOf<
      Promise<number>
    >();
  });

  test('takes an option that is undefined, and none that does not exist', () => {
    pool.with({ timeout: undefined, signal: undefined });
    // @ts-expect-error no such option
    pool.with({ timeOut: 5 });
    // @ts-expect-error a string is no time
    pool.with({ timeout: '5' });
    // @ts-expect-error options of the pool are not bound to calls
    pool.with({ yieldEvery: 5 });
  });
});

describe('new GreenPool', () => {
  test('takes a size and options, each optional', () => {
    new GreenPool();
    new GreenPool(Number.POSITIVE_INFINITY);
    new GreenPool(5, {
      name: 'crawler',
      onError: (error, info) => void [error, info.id, info.pool],
      context: false,
    });
    // @ts-expect-error a string is no size
    new GreenPool('5');
    // @ts-expect-error no such option
    new GreenPool(5, { sise: 1 });
  });
});

describe('waitall', () => {
  test('takes a signal and a timeout', () => {
    expectTypeOf(pool.waitall).parameter(0).toEqualTypeOf<WaitOptions | undefined>();
    expectTypeOf(pool.waitall({ timeout: 5 })).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error options are an object
    void pool.waitall(5);
  });
});
