import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };

describe('a map over several sources', () => {
  test('calls the function with one item of each', async () => {
    const map = new GreenPool(2).imap(
      (n: number, word: string, isLast: boolean) => `${n} ${word} ${isLast}`,
      [1, 2],
      new Set(['a', 'b']),
      [false, true],
    );

    expect(await map.toArray()).toEqual(['1 a false', '2 b true']);
  });

  test('reads sync and async ones side by side', async () => {
    const map = new GreenPool(2).imap(null, naturals(), new CountedSource('abc'), [true, false, true]);

    expect(await map.toArray()).toEqual([
      [0, 'a', true],
      [1, 'b', false],
      [2, 'c', true],
    ]);
  });

  test('reads the same iterator several times over: pairs', async () => {
    const numbers = naturals(5);

    expect(await new GreenPool(2).imap(null, numbers, numbers).toArray()).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  test.each(['sync', 'async'] as const)('ends with the shortest and closes the others (%s)', async (kind) => {
    const before = new CountedSource(naturals());
    const shortest = new CountedSource(naturals(2));
    const after = new CountedSource(naturals());
    const sources = [before, shortest, after].map((source) => (kind === 'sync' ? source.sync : source));

    const rows = await new GreenPool(1).imap(null, ...sources).toArray();

    await settle();
    expect(rows).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    expect([before.closed, shortest.closed, after.closed]).toEqual([1, 0, 1]);
  });

  test('takes nothing from the sources to the right of the one that ended', async () => {
    const left = new CountedSource(naturals(2));
    const right = new CountedSource(naturals());

    await new GreenPool(1).imap(null, left, right).toArray();

    expect(right.pulled).toBe(2);
  });

  test('with an empty one is empty', async () => {
    const other = new CountedSource(naturals());

    expect(await new GreenPool(1).imap(null, other, []).toArray()).toEqual([]);

    await settle();
    expect(other.closed).toBe(1);
  });

  test('closes the others when one throws', async () => {
    const failure = new Error('failed');
    const left = new CountedSource(naturals());
    const right = new CountedSource(naturals());
    const failing = new CountedSource(
      (function* () {
        yield 0;
        throw failure;
      })(),
    );
    const map = new GreenPool(1).imap(null, left, failing, right.sync);

    expect(await map.next()).toEqual({ value: [0, 0, 0], done: false });
    await expect(map.next()).rejects.toBe(failure);

    await settle();
    expect([left.closed, failing.closed, right.closed, await map.next()]).toEqual([1, 0, 1, end]);
  });

  test('closes all of them at return()', async () => {
    const sources = [new CountedSource(naturals()), new CountedSource(naturals())];
    const map = new GreenPool(1).imap(null, ...sources);
    await map.next();
    await settle();

    await map.return();

    expect(sources.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  test('closes all of them although closing one fails, and return() rejects with that', async () => {
    const failure = new Error('closing failed');
    const bad: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => ({ value: 1, done: false }),
        return: () => {
          throw failure;
        },
      }),
    };
    const good = new CountedSource(naturals());
    const map = new GreenPool(1).imap(null, bad, good);
    await map.next();
    await settle();

    await expect(map.return()).rejects.toBe(failure);

    expect(good.closed).toBe(1);
  });

  test('ends quietly when the others fail to close at the end of the shortest', async () => {
    const bad: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => ({ value: 1, done: false }),
        return: () => {
          throw new Error('closing failed');
        },
      }),
    };

    expect(await new GreenPool(1).imap(null, bad, [1]).toArray()).toEqual([[1, 1]]);
  });

  test('does not wait at its end for one that takes its time to close', async () => {
    const slow: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ value: 1, done: false }),
        return: () => new Promise(() => {}),
      }),
    };

    const rows = watch(new GreenPool(1).imap(null, slow, [1]).toArray());

    await settle();
    expect(rows.value).toEqual([[1, 1]]);
  });

  test('counts a row as one item of the read-ahead', async () => {
    const left = new CountedSource(naturals());
    const right = new CountedSource(naturals());

    await new GreenPool(2).imap(null, left, right).next();

    await settle();
    expect([left.pulled, right.pulled]).toEqual([5, 5]);
  });
});

describe('a map over several sources, of which a sync one gives no proper result', () => {
  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['text', '"text"'],
  ])(
    'but %o rejects with a TypeError that names the value, and the others are closed',
    async (result, name) => {
      const bad: Iterable<number> = {
        [Symbol.iterator]: () => ({ next: () => result as unknown as IteratorResult<number> }),
      };
      const left = new CountedSource(naturals());
      const right = new CountedSource(naturals());
      const map = new GreenPool(1).imap(null, left.sync, bad, right);

      const outcome = watch(map.next());
      await settle();

      expect(outcome.error).toBeInstanceOf(TypeError);
      expect(String(outcome.error)).toContain(`got ${name}`);
      expect([left.closed, right.closed, await map.next()]).toEqual([1, 1, end]);
    },
  );
});
