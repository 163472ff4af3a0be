import { GreenletExit, type GreenMap, GreenPool, getcurrent, sleep } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const same = (n: number): number => n;

/** Gives `count` items, then never answers again. */
function silentAfter(count: number): AsyncIterable<number> & { closed: number } {
  const source = {
    closed: 0,
    [Symbol.asyncIterator]: () => {
      const items = naturals(count);
      return {
        next: (): Promise<IteratorResult<number>> => {
          const item = items.next();
          return item.done === true ? new Promise(() => {}) : Promise.resolve(item);
        },
        return: () => {
          source.closed += 1;
          return new Promise<IteratorResult<number>>(() => {});
        },
      };
    },
  };
  return source;
}

describe('GreenMap.return', () => {
  test('is done, and so is every next() after it, whatever was ready', async () => {
    const map = new GreenPool(2).imap(same, naturals());
    await map.next();
    await settle();

    expect(await map.return()).toEqual(end);
    expect([await map.next(), await map.next()]).toEqual([end, end]);
  });

  test('settles all pending next() with done', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(1).imap(gates.task, naturals());
    const pending = [watch(map.next()), watch(map.next())];
    await settle();

    void map.return();

    await settle();
    expect(pending.map(({ value }) => value)).toEqual([end, end]);
  });

  test.each(['sync', 'async'] as const)('closes a source that is %s, once', async (kind) => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(same, kind === 'sync' ? source.sync : source);
    await map.next();

    await Promise.all([map.return(), map.return()]);
    await map.return();

    expect([source.closed, source.askedTooLate]).toEqual([1, 0]);
  });

  test('runs the finally of a generator', async () => {
    const log: string[] = [];
    async function* generate(): AsyncGenerator<number> {
      try {
        yield* naturals();
      } finally {
        log.push('closed');
      }
    }
    const map = new GreenPool(2).imap(same, generate());
    await map.next();
    await settle();

    await map.return();

    expect(log).toEqual(['closed']);
  });

  test('waits until the source has closed', async () => {
    const closing = deferred();
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ value: 1, done: false }),
        return: async () => {
          await closing.promise;
          return { value: undefined, done: true };
        },
      }),
    };
    const map = new GreenPool(1).imap(same, source);
    await map.next();
    await settle();

    const returned = watch(map.return());
    await settle();
    expect(returned.state).toBe('pending');

    closing.resolve();
    await settle();
    expect(returned.state).toBe('done');
  });

  test('drops items that have not started', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<number>();
    const map = pool.imap(gates.task, naturals());
    void watch(map.next());
    await settle();
    expect(pool.waiting()).toBe(1);

    await map.return();
    gates.open(0, 1);

    await settle();
    expect([pool.waiting(), gates.started]).toEqual([0, [0]]);
  });

  test('drops items that were admitted and have not reached their first line', async () => {
    let calls = 0;
    const map = new GreenPool(2).imap(() => (calls += 1), [1, 2]);
    void watch(map.next());

    await map.return();

    await settle();
    expect(calls).toBe(0);
  });

  test('aborts the signal of those that run', async () => {
    const signals: AbortSignal[] = [];
    const map = new GreenPool(2).imap(async () => {
      const { signal } = getcurrent()!;
      signals.push(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }, naturals());
    void watch(map.next());
    await settle();

    await map.return();

    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(signals[0]?.reason).toBeInstanceOf(GreenletExit);
  });

  test('ends the greenpool calls that the running ones are blocked in', async () => {
    const pool = new GreenPool(2);
    const map = pool.imap(() => sleep(Number.POSITIVE_INFINITY), naturals());
    void watch(map.next());
    await settle();

    await map.return();

    await settle();
    expect(pool.running()).toBe(0);
  });

  test('does not wait for calls that ignore the abort; they keep their slots until they end', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<number>();
    const map = pool.imap(gates.task, naturals());
    void watch(map.next());
    await settle();

    expect(await map.return()).toEqual(end);
    expect(pool.running()).toBe(2);

    gates.open(0, 1);
    await settle();
    expect(pool.running()).toBe(0);
  });

  test('does not wait for a source that never answers, but closes it', async () => {
    const source = silentAfter(0);
    const map = new GreenPool(2).imap(same, source);
    const pending = watch(map.next());
    await settle();

    const returned = watch(map.return());

    await settle();
    expect([returned.value, pending.value, source.closed]).toEqual([end, end, 1]);
  });

  test('does not wait for an async generator that never answers', async () => {
    async function* silent(): AsyncGenerator<number> {
      yield await new Promise<number>(() => {});
    }
    const map = new GreenPool(2).imap(same, silent());
    void watch(map.next());
    await settle();

    const returned = watch(map.return());

    await settle();
    expect(returned.value).toEqual(end);
  });

  test('drops the item that the source gives afterwards', async () => {
    const answer = deferred<IteratorResult<number>>();
    const calls: number[] = [];
    const source = { [Symbol.asyncIterator]: () => ({ next: () => answer.promise }) };
    const map = new GreenPool(2).imap((n: number) => calls.push(n), source);
    void watch(map.next());
    await settle();

    await map.return();
    answer.resolve({ value: 1, done: false });

    await settle();
    expect([calls, await map.next()]).toEqual([[], end]);
  });

  test('after the source failed swallows its error', async () => {
    const source = new CountedSource(
      (function* () {
        yield 0;
        throw new Error('failed');
      })(),
    );
    const map = new GreenPool(2).imap(same, source);
    await map.next();
    await settle();

    await map.return();

    expect([await map.next(), source.closed]).toEqual([end, 0]);
  });

  test('after the end does not close the source once more', async () => {
    const source = new CountedSource(naturals(2));
    const map = new GreenPool(2).imap(same, source);
    await map.toArray();

    expect(await map.return()).toEqual(end);

    expect(source.closed).toBe(0);
  });

  test.each(['throws', 'rejects'] as const)(
    'rejects when source.return() %s, and the map is done',
    async (how) => {
      const failure = new Error('closing failed');
      const source: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ value: 1, done: false }),
          return: () => {
            if (how === 'throws') throw failure;
            return Promise.reject(failure);
          },
        }),
      };
      const pool = new GreenPool(1);
      const map = pool.imap(same, source);
      await map.next();
      await settle();

      await expect(map.return()).rejects.toBe(failure);

      expect([await map.next(), await map.return(), pool.running()]).toEqual([end, end, 0]);
    },
  );

  test('works with a source that has no return()', async () => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }),
    };
    const map = new GreenPool(1).imap(same, source);
    await map.next();
    await settle();

    expect(await map.return()).toEqual(end);
  });

  test('from inside one of its own calls does not hang', async () => {
    const pool = new GreenPool(1);
    const map: GreenMap<unknown> = pool.imap(() => map.return(), naturals());

    const next = watch(map.next());

    await settle();
    expect([next.value, pool.running()]).toEqual([end, 0]);
  });

  test('leaves other work of the pool alone', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<string>();
    const other = watch(pool.run(gates.task, 'other'));
    const another = watch(pool.imap(gates.task, ['one']).toArray());
    const map = pool.imap(gates.task, ['x', 'y']);
    void watch(map.next());
    await settle();

    await map.return();
    gates.open('other', 'one');

    await settle();
    expect([other.value, another.value]).toEqual(['other', ['one']]);
  });
});

describe('a for await loop over a map', () => {
  test('that breaks closes map and source', async () => {
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);
    const map = pool.imap(same, source);

    for await (const n of map) if (n === 3) break;

    expect([source.closed, await map.next()]).toEqual([1, end]);
    await settle();
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('whose body throws closes the map and throws that', async () => {
    const source = new CountedSource(naturals());
    const failure = new Error('in the body');
    const loop = async (): Promise<void> => {
      for await (const _ of new GreenPool(2).imap(same, source)) throw failure;
    };

    await expect(loop()).rejects.toBe(failure);
    expect(source.closed).toBe(1);
  });
});

describe('GreenMap[Symbol.asyncDispose]', () => {
  test.each(['the map', 'its iterator'] as const)('of %s closes the map', async (which) => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(same, source);
    await map.next();
    const iterator = map[Symbol.asyncIterator]() as unknown as AsyncDisposable;

    await (which === 'the map' ? map : iterator)[Symbol.asyncDispose]();

    expect([source.closed, await map.next()]).toEqual([1, end]);
  });
});

describe('a call that is killed because its map is closed', () => {
  test('and throws another error reports it to onError', async () => {
    const reported: unknown[] = [];
    const gates = new Gates<number>();
    const pool = new GreenPool(1, { onError: (error) => reported.push(error) });
    const map = pool.imap(gates.task, [1]);
    void watch(map.next());
    await settle();

    await map.return();
    gates.fail(1, 'clean-up failed');

    await settle();
    expect(reported).toEqual(['clean-up failed']);
  });
});
