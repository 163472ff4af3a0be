import { GreenPool } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const failure = new Error('item 1 failed');

/** Fails for 1 alone. */
async function failsForOne(n: number): Promise<number> {
  if (n === 1) throw failure;
  return n;
}

describe('an item that fails', () => {
  test('rejects in its own place with the very error, and next() goes on', async () => {
    const map = new GreenPool(2).imap(failsForOne, [0, 1, 2]);

    expect(await map.next()).toEqual({ value: 0, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual({ value: 2, done: false });
    expect(await map.next()).toEqual(end);
  });

  test('by a throw of a plain function is the same', async () => {
    const map = new GreenPool(2).imap(
      (n: number) => {
        if (n === 0) throw failure;
        return n;
      },
      [0, 1],
    );

    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual({ value: 1, done: false });
  });

  test('waits for its place although it failed first', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(2).imap(gates.task, [0, 1]);
    const first = watch(map.next());
    const second = watch(map.next());

    await settle();
    gates.fail(1, failure);
    await settle();
    expect(second.state).toBe('pending');

    gates.open(0);
    await settle();
    expect([first.value?.value, second.error]).toEqual([0, failure]);
  });

  test('comes at its completion in completion order', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(2).imapUnordered(gates.task, [0, 1]);
    const next = watch(map.next());

    await settle();
    gates.fail(1, failure);

    await settle();
    expect(next.error).toBe(failure);
    gates.open(0);
    expect(await map.next()).toEqual({ value: 0, done: false });
  });

  test('of the value undefined is a rejection all the same', async () => {
    const map = new GreenPool(1).imap(() => Promise.reject(undefined), [0]);

    const next = watch(map.next());

    await settle();
    expect([next.state, next.error]).toEqual(['failed', undefined]);
    expect(await map.next()).toEqual(end);
  });

  test('that nobody asks for is no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);

    const pool = new GreenPool(4, { onError: () => undefined });
    await pool.imap(failsForOne, [0, 1, 2]).next();
    await settle();

    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });
});

describe('for await over a map', () => {
  test('throws the error, and the map is closed', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(failsForOne, source);
    const seen: number[] = [];

    const loop = async (): Promise<void> => {
      for await (const n of map) seen.push(n);
    };

    await expect(loop()).rejects.toBe(failure);
    await settle();
    expect([seen, source.closed, await map.next()]).toEqual([[0], 1, end]);
  });

  test('that fails starts nothing more and kills what runs', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<number>();
    const map = pool.imap(gates.task, naturals());
    const loop = watch(map.toArray());
    await settle();

    gates.fail(0, failure);

    await settle();
    expect([loop.error, pool.running(), pool.waiting()]).toEqual([failure, 1, 0]);
    gates.open(1);
    await settle();
    expect([pool.running(), gates.started]).toEqual([0, [0, 1]]);
  });

  test('closes the source also when the error comes to a next() that was parked', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const iterator = new GreenPool(1).imap(gates.task, source)[Symbol.asyncIterator]();
    const next = watch(iterator.next());
    await settle();

    gates.fail(0, failure);

    await settle();
    expect([next.error, source.closed]).toEqual([failure, 1]);
    expect(await iterator.next()).toEqual(end);
  });

  test('throws the item error, not what the source throws while it is closed', async () => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ value: 1, done: false }),
        return: () => Promise.reject(new Error('closing failed')),
      }),
    };

    await expect(new GreenPool(1).imap(failsForOne, source).toArray()).rejects.toBe(failure);
  });
});

describe.each(['sync', 'async'] as const)('a source that throws (%s)', (kind) => {
  function* failing(count: number): Generator<number> {
    yield* naturals(count);
    throw failure;
  }
  const source = (count: number): Iterable<number> | AsyncIterable<number> =>
    kind === 'sync' ? failing(count) : new CountedSource(failing(count));

  test('gives the earlier results first, then its error once, then done', async () => {
    const map = new GreenPool(1).imap((n: number) => n, source(2));

    expect(await map.next()).toEqual({ value: 0, done: false });
    expect(await map.next()).toEqual({ value: 1, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect([await map.next(), await map.next()]).toEqual([end, end]);
  });

  test('gives earlier results first also while they are still running', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(4).imap(gates.task, source(2));
    const all = [watch(map.next()), watch(map.next()), watch(map.next()), watch(map.next())];
    await settle();
    expect(all.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'pending']);

    gates.open(0, 1);

    await settle();
    expect(all.map(({ value, error }) => value ?? error)).toEqual([
      { value: 0, done: false },
      { value: 1, done: false },
      failure,
      end,
    ]);
  });

  test('at its first item rejects the first next()', async () => {
    const map = new GreenPool(1).imap((n: number) => n, source(0));

    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual(end);
  });

  test('gives its error once to many parked calls, and done to the others', async () => {
    const map = new GreenPool(1).imap((n: number) => n, source(0));

    const outcomes = await Promise.allSettled([map.next(), map.next(), map.next()]);

    expect(outcomes).toEqual([
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: end },
      { status: 'fulfilled', value: end },
    ]);
  });

  test('ends an unordered map in the same way', async () => {
    const map = new GreenPool(1).imapUnordered((n: number) => n, source(1));

    expect(await map.next()).toEqual({ value: 0, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual(end);
  });

  test('gives its error once, also to settled()', async () => {
    const map = new GreenPool(1).imap((n: number) => n, source(1)).settled();

    expect(await map.next()).toEqual({ value: { status: 'fulfilled', value: 0 }, done: false });
    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual(end);
  });

  test('leaves the pool usable, without a trace', async () => {
    const pool = new GreenPool(1);
    await pool
      .imap((n: number) => n, source(1))
      .toArray()
      .catch(() => undefined);

    expect(await pool.run(() => 'next')).toBe('next');
    expect(pool.running()).toBe(0);
  });
});

describe('a source that cannot be opened', () => {
  test('rejects the first next(), then the map is done', async () => {
    const source: Iterable<number> = {
      [Symbol.iterator]: () => {
        throw failure;
      },
    };
    const map = new GreenPool(1).imap((n: number) => n, source);

    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual(end);
  });

  test('closes the other sources that were opened before it', async () => {
    const good = new CountedSource(naturals());
    const bad: Iterable<number> = {
      [Symbol.iterator]: () => {
        throw failure;
      },
    };
    const map = new GreenPool(1).imap(null, good, bad);

    await expect(map.next()).rejects.toBe(failure);
    await settle();
    expect([good.opened, good.closed]).toEqual([1, 1]);
  });
});

describe('a source that gives no proper result', () => {
  test.each([undefined, null])('but %o rejects with a TypeError, then the map is done', async (result) => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: async () => result as unknown as IteratorResult<number> }),
    };
    const map = new GreenPool(1).imap((n: number) => n, source);

    await expect(map.next()).rejects.toThrow(TypeError);
    expect(await map.next()).toEqual(end);
  });
});

describe('the promise of an item in a sync source', () => {
  test('that rejects ends the map as a source that throws: earlier first, then the error, then done', async () => {
    const last = deferred<number>();
    const map = new GreenPool(1).imap((n: number) => n, [Promise.resolve(0), last.promise]);

    expect(await map.next()).toEqual({ value: 0, done: false });
    last.reject(failure);
    await expect(map.next()).rejects.toBe(failure);
    expect(await map.next()).toEqual(end);
  });

  test('closes the generator that gave it', async () => {
    let isClosed = false;
    function* promises(): Generator<Promise<number>> {
      try {
        while (true) yield Promise.reject(failure);
      } finally {
        isClosed = true;
      }
    }

    await expect(new GreenPool(1).imap((n: number) => n, promises()).next()).rejects.toBe(failure);

    await settle();
    expect(isClosed).toBe(true);
  });
});

describe.each(['sync', 'async'] as const)('an element of a starmap over a source that is %s', (kind) => {
  const failing: Iterable<number> = {
    [Symbol.iterator]: () => {
      throw failure;
    },
  };
  function* failsLater(): Generator<number> {
    yield 1;
    throw failure;
  }
  const broken = {
    get [Symbol.iterator](): never {
      throw failure;
    },
  };

  test.each<[string, unknown, unknown]>([
    ['whose iterator throws', failsLater(), failure],
    ['that cannot be opened', failing, failure],
    ['that throws when it is asked for its iterator', broken, failure],
    ['that is undefined', undefined, expect.any(TypeError)],
    ['that is null', null, expect.any(TypeError)],
    ['that is a number', 5, expect.any(TypeError)],
    ['that is an object', {}, expect.any(TypeError)],
  ])('%s rejects in its place, and the next items follow', async (_name, element, error) => {
    const source = new CountedSource([[1, 2], element, [3, 4]] as [number, number][]);
    const pool = new GreenPool(2);
    const map = pool.starmap((a: number, b: number) => a + b, kind === 'sync' ? source.sync : source);

    const outcomes = [0, 1, 2, 3].map(() => watch(map.next()));
    await settle();

    expect(outcomes.map((outcome) => outcome.error ?? outcome.value)).toEqual([
      { value: 3, done: false },
      error,
      { value: 7, done: false },
      end,
    ]);
    expect([source.pulled, source.closed, source.askedTooLate]).toEqual([3, 0, 0]);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('that is no iterable leaves the source open until the map is closed, and then closes it once', async () => {
    const source = new CountedSource([[1, 2], 5, [3, 4], [5, 6]] as [number, number][]);
    const rows = kind === 'sync' ? source.sync : source;
    const map = new GreenPool(1).with({ readAhead: 1 }).starmap((a: number, b: number) => a + b, rows);
    await map.next();
    await rejection(map.next());
    await settle();
    expect(source.closed).toBe(0);

    await map.return();

    expect(source.closed).toBe(1);
  });
});
