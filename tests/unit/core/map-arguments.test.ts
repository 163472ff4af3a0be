import { GreenMap, GreenPool } from 'greenpool';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';

/** Arguments that the compiler would refuse. */
const wrong = (value: unknown): never => value as never;

describe('GreenPool.imap with null for the function', () => {
  test('gives the items of one source as tuples of one', async () => {
    expect(await new GreenPool(2).imap(null, ['a', 'b']).toArray()).toEqual([['a'], ['b']]);
  });

  test('gives the items of several sources as tuples', async () => {
    const map = new GreenPool(2).imap(null, 'ab', [1, 2]);

    expect(await map.toArray()).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
  });

  test('gives tuples in every order and spread', async () => {
    const pool = new GreenPool(1);
    const pairs: [number, string][] = [[1, 'a']];

    expect([
      await pool.imapUnordered(null, [1], ['a']).toArray(),
      await pool.starmap(null, pairs).toArray(),
      await pool.starmapUnordered(null, pairs).toArray(),
    ]).toEqual([[[1, 'a']], [[1, 'a']], [[1, 'a']]]);
  });

  test('without iterables is empty', async () => {
    expect(await new GreenPool(1).imap(null).toArray()).toEqual([]);
  });
});

describe('GreenPool.imap without iterables', () => {
  test('is empty and never calls the function', async () => {
    let calls = 0;

    const results = await new GreenPool(1).imap(() => (calls += 1)).toArray();

    expect([results, calls]).toEqual([[], 0]);
  });
});

describe.each(['imap', 'imapUnordered', 'starmap', 'starmapUnordered'] as const)('GreenPool.%s', (method) => {
  const call = (fn: unknown, source: unknown): unknown => {
    const pool = new GreenPool(1) as unknown as Record<string, (fn: unknown, source: unknown) => unknown>;
    return pool[method]?.(fn, source);
  };

  test.each([undefined, 0, 'fn', {}, Symbol.iterator, []])(
    'with %o for the function throws a TypeError in the call',
    (fn) => {
      expect(() => call(fn, [])).toThrow(TypeError);
    },
  );

  test.each([undefined, null, 5, {}, () => [], { next: () => ({ done: true }) }])(
    'with %o for a source throws a TypeError in the call',
    (source) => {
      expect(() => call(null, source)).toThrow(TypeError);
    },
  );

  test('returns a GreenMap', () => {
    expect(call(null, [])).toBeInstanceOf(GreenMap);
  });
});

describe('a wrong argument of GreenPool.imap', () => {
  test('is named with its value', () => {
    expect(() => new GreenPool(1).imap(wrong('nothing'), [])).toThrow(/function.*"nothing"/);
    expect(() => new GreenPool(1).imap(null, wrong(42))).toThrow(/iterable.*42/);
  });

  test('in the second place leaves the first source untouched', () => {
    const source = new CountedSource(naturals());

    expect(() => new GreenPool(1).imap(null, source, wrong(42))).toThrow(TypeError);
    expect([source.opened, source.closed]).toEqual([0, 0]);
  });

  test('is refused for a closed pool as well, where a right one is not', async () => {
    const pool = new GreenPool(1);
    await pool.close();

    expect(() => pool.imap(wrong(1), [])).toThrow(TypeError);
    expect(() => pool.imap(null, [])).not.toThrow();
  });
});
