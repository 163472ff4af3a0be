import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type GreenMap, GreenPile, type GreenPool, Queue } from 'greenpool';
import { describe, expectTypeOf, test } from 'vitest';

declare const pool: GreenPool;
declare function double(n: number): number;
declare function fetchPage(url: string): Promise<{ body: string }>;
declare function label(n: number, word: string, isLast: boolean): string;
declare const numbers: AsyncIterable<number>;

describe.each(['imap', 'imapUnordered'] as const)('GreenPool.%s', (method) => {
  test('gives a map of what the function resolves with', () => {
    expectTypeOf(pool[method](double, [1, 2])).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool[method](fetchPage, ['url'])).toEqualTypeOf<GreenMap<{ body: string }>>();
    expectTypeOf(pool[method](label, [1], 'abc', new Set([true]))).toEqualTypeOf<GreenMap<string>>();
  });
});

describe('GreenPool.imap', () => {
  test('infers the parameters of an inline function from the sources', () => {
    pool.imap(
      (n, word, entry) => {
        expectTypeOf(n).toEqualTypeOf<number>();
        expectTypeOf(word).toEqualTypeOf<string>();
        expectTypeOf(entry).toEqualTypeOf<[string, boolean]>();
      },
      [1, 2],
      'abc',
      new Map([['a', true]]),
    );
  });

  test('takes sync and async sources side by side', () => {
    const map = pool.imap((n, word) => `${n.toFixed()} ${word.length}`, numbers, new Set(['a']));

    expectTypeOf(map).toEqualTypeOf<GreenMap<string>>();
  });

  test('takes generators, streams, queues, maps and piles', () => {
    const generator = {} as Generator<number>;
    const asyncGenerator = {} as AsyncGenerator<number>;
    const web = {} as ReadableStream<number>;
    expectTypeOf(pool.imap(double, generator)).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(double, asyncGenerator)).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(double, web)).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(double, new Queue<number>())).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(double, pool.imap(double, [1]))).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(double, new GreenPile<number>())).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap((chunk: Buffer) => chunk.length, {} as Readable)).toEqualTypeOf<
      GreenMap<number>
    >();
    expectTypeOf(pool.imap(double, new Uint8Array(2))).toEqualTypeOf<GreenMap<number>>();
  });

  test('takes read-only arrays and tuples', () => {
    expectTypeOf(pool.imap(double, [1, 2] as const)).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(double, [] as readonly number[])).toEqualTypeOf<GreenMap<number>>();
  });

  test('awaits promises inside a source', () => {
    expectTypeOf(pool.imap(double, [Promise.resolve(1), 2])).toEqualTypeOf<GreenMap<number>>();
    pool.imap((n) => expectTypeOf(n).toEqualTypeOf<number>(), [Promise.resolve(1)]);
  });

  test('takes a function that uses fewer items than there are sources', () => {
    expectTypeOf(pool.imap(double, [1], ['a'])).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(pool.imap(() => 'x', [1], ['a'])).toEqualTypeOf<GreenMap<string>>();
  });

  test('with null gives tuples', () => {
    expectTypeOf(pool.imap(null, [1])).toEqualTypeOf<GreenMap<[number]>>();
    expectTypeOf(pool.imap(null, [1], 'abc')).toEqualTypeOf<GreenMap<[number, string]>>();
    expectTypeOf(pool.imapUnordered(null, numbers, ['a'])).toEqualTypeOf<GreenMap<[number, string]>>();
  });

  test('refuses wrong functions and sources', () => {
    // @ts-expect-error the items are strings
    pool.imap(double, ['a']);
    // @ts-expect-error the second items are strings
    pool.imap((a: number, b: number) => a + b, [1], ['a']);
    // @ts-expect-error the function needs three items
    pool.imap(label, [1], ['a']);
    // @ts-expect-error a number is no source
    pool.imap(double, 5);
    // @ts-expect-error undefined is no function
    pool.imap(undefined, [1]);
    // @ts-expect-error the source comes second
    pool.imap([1], double);
    // @ts-expect-error the items of the stream are strings
    pool.imapUnordered(double, {} as ReadableStream<string>);
  });
});

describe('GreenPool.starmap', () => {
  test('gives a map of what the function resolves with', () => {
    const rows: [number, string, boolean][] = [];
    expectTypeOf(pool.starmap(label, rows)).toEqualTypeOf<GreenMap<string>>();
    expectTypeOf(pool.starmapUnordered(label, rows)).toEqualTypeOf<GreenMap<string>>();
    expectTypeOf(pool.starmap((key: string, n: number) => key + n, new Map([['a', 1]]))).toEqualTypeOf<
      GreenMap<string>
    >();
  });

  test('takes rows written out in place', () => {
    expectTypeOf(
      pool.starmap(label, [
        [1, 'a', true],
        [2, 'b', false],
      ]),
    ).toEqualTypeOf<GreenMap<string>>();
  });

  test('takes the tuples of another map', () => {
    expectTypeOf(pool.starmap(label, pool.imap(null, [1], ['a'], [true]))).toEqualTypeOf<GreenMap<string>>();
  });

  test('takes read-only rows', () => {
    expectTypeOf(pool.starmap(label, [[1, 'a', true]] as const)).toEqualTypeOf<GreenMap<string>>();
  });

  test('with null gives the rows', () => {
    const rows: [number, string][] = [];
    expectTypeOf(pool.starmap(null, rows)).toEqualTypeOf<GreenMap<[number, string]>>();
    expectTypeOf(pool.starmapUnordered(null, rows)).toEqualTypeOf<GreenMap<[number, string]>>();
  });

  test('refuses wrong rows', () => {
    // @ts-expect-error the rows are too short
    pool.starmap(label, [[1, 'a']]);
    // @ts-expect-error a string is no number
    pool.starmap(label, [['1', 'a', true]]);
    // @ts-expect-error the elements are no rows
    pool.starmap(double, [1, 2]);
  });
});

describe('GreenMap', () => {
  const map = {} as GreenMap<number>;

  test('is an AsyncIterableIterator whose end has no value', async () => {
    expectTypeOf(map).toExtend<AsyncIterableIterator<number>>();
    expectTypeOf(map.next()).toEqualTypeOf<Promise<IteratorResult<number, undefined>>>();
    expectTypeOf(map.return()).toEqualTypeOf<Promise<IteratorResult<number, undefined>>>();
    for await (const n of map) expectTypeOf(n).toEqualTypeOf<number>();
  });

  test('next takes a signal and a timeout', () => {
    void map.next({ timeout: 5, signal: new AbortController().signal });
    // @ts-expect-error options are an object
    void map.next(5);
  });

  test('settled gives outcomes, toArray all results', async () => {
    expectTypeOf(map.settled()).toEqualTypeOf<GreenMap<PromiseSettledResult<number>>>();
    expectTypeOf(map.settled().toArray()).toEqualTypeOf<Promise<PromiseSettledResult<number>[]>>();
    expectTypeOf(map.toArray()).toEqualTypeOf<Promise<number[]>>();
    for await (const outcome of map.settled())
      expectTypeOf(outcome).toEqualTypeOf<PromiseSettledResult<number>>();
  });

  test('is async-disposable', () => {
    expectTypeOf(map).toExtend<AsyncDisposable>();
  });
});
