import { GreenPool, Queue } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { watch } from '../../support/watch.ts';

const same = <T>(item: T): T => item;

describe('a map over', () => {
  test('an array gives its items', async () => {
    expect(await new GreenPool(2).imap(same<string>, ['a', 'b', 'c']).toArray()).toEqual(['a', 'b', 'c']);
  });

  test('an array that grows meanwhile goes on to its new end', async () => {
    const items = [1, 2];
    const map = new GreenPool(1).with({ readAhead: 1 }).imap(same<number>, items);
    await map.next();

    items.push(3, 4);

    expect(await map.toArray()).toEqual([2, 3, 4]);
  });

  test('an array with holes gives undefined for them', async () => {
    const holes: (number | undefined)[] = new Array(2);

    expect(await new GreenPool(1).imap(same<number | undefined>, holes).toArray()).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('a typed array gives its numbers', async () => {
    expect(await new GreenPool(2).imap(same<number>, new Uint8Array([1, 2])).toArray()).toEqual([1, 2]);
  });

  test('a generator gives what it yields and drops what it returns', async () => {
    function* generate(): Generator<number, string> {
      yield 1;
      yield 2;
      return 'returned';
    }

    expect(await new GreenPool(2).imap(same<number>, generate()).toArray()).toEqual([1, 2]);
  });

  test('an async generator gives what it yields', async () => {
    async function* generate(): AsyncGenerator<number> {
      yield 1;
      await settle(1);
      yield 2;
    }

    expect(await new GreenPool(2).imap(same<number>, generate()).toArray()).toEqual([1, 2]);
  });

  test('a Map gives its entries', async () => {
    const map = new GreenPool(2).imap(
      ([key, value]: [string, number]) => `${key}=${value}`,
      new Map([['a', 1]]),
    );

    expect(await map.toArray()).toEqual(['a=1']);
  });

  test('a Map under starmap spreads its entries', async () => {
    const entries = new Map([['a', 1]]);

    expect(await new GreenPool(2).starmap((key: string, n: number) => key + n, entries).toArray()).toEqual([
      'a1',
    ]);
  });

  test('a Set gives its members', async () => {
    expect(await new GreenPool(2).imap(same<string>, new Set(['a', 'b', 'a'])).toArray()).toEqual(['a', 'b']);
  });

  test('a string gives its characters, those of two code units whole', async () => {
    expect(await new GreenPool(2).imap(same<string>, 'a😀b').toArray()).toEqual(['a', '😀', 'b']);
  });

  test('a Queue gives its items until it is closed', async () => {
    const queue = new Queue<number>();
    const results = watch(new GreenPool(2).imap(same<number>, queue).toArray());

    for (const n of [1, 2, 3]) await queue.put(n);
    await settle();
    expect(results.state).toBe('pending');

    queue.close();
    await settle();
    expect(results.value).toEqual([1, 2, 3]);
  });

  test('something both sync and async is read as async', async () => {
    const source: Iterable<string> & AsyncIterable<string> = {
      [Symbol.iterator]: () => ['sync'][Symbol.iterator](),
      async *[Symbol.asyncIterator]() {
        yield 'async';
      },
    };

    expect(await new GreenPool(2).imap(same<string>, source).toArray()).toEqual(['async']);
  });

  test('one generator, read by two maps, gives each item to one of them', async () => {
    const pool = new GreenPool(2);
    const shared = naturals(10);

    const parts = await Promise.all([
      pool.imap(same<number>, shared).toArray(),
      pool.imap(same<number>, shared).toArray(),
    ]);

    expect(parts.flat().toSorted((a, b) => a - b)).toEqual([...naturals(10)]);
  });

  test('a long sync source yields as soon as there are results', async () => {
    const source = new CountedSource(naturals());

    expect(await new GreenPool(2).imap(same<number>, source.sync).next()).toEqual({ value: 0, done: false });

    expect(source.pulled).toBeLessThanOrEqual(1 + 4);
  });
});

describe('promises inside a sync source', () => {
  test('are awaited, one after the other, in order', async () => {
    const first = deferred<number>();
    const map = new GreenPool(2).imap((n: number) => n * 10, [first.promise, Promise.resolve(2), 3]);
    const results = watch(map.toArray());
    await settle();
    expect(results.state).toBe('pending');

    first.resolve(1);

    await settle();
    expect(results.value).toEqual([10, 20, 30]);
  });

  test('are awaited in every source of a row', async () => {
    const map = new GreenPool(2).imap(null, [Promise.resolve(1), 2], ['a', Promise.resolve('b')]);

    expect(await map.toArray()).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  test('hold no slot while they are pending', async () => {
    const pool = new GreenPool(1);
    void watch(pool.imap(same<number>, [new Promise<number>(() => {})]).next());

    await settle();

    expect([pool.running(), await pool.run(() => 'free')]).toEqual([0, 'free']);
  });

  test('as the elements of starmap are awaited before they are spread', async () => {
    const rows = [Promise.resolve<[number, number]>([1, 2])];

    expect(await new GreenPool(1).starmap((a: number, b: number) => a + b, rows as never).toArray()).toEqual([
      3,
    ]);
  });

  test('end the map when one rejects that nobody else handles, without an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    function* generate(): Generator<Promise<number>> {
      yield Promise.reject(new Error('failed'));
    }

    await expect(new GreenPool(1).imap(same<number>, generate()).toArray()).rejects.toThrow('failed');

    await settle();
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});
