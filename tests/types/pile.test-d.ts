import { GreenPile, type GreenPool, type GreenThread } from 'greenpool';
import { describe, expectTypeOf, test } from 'vitest';

declare const pool: GreenPool;
declare function add(a: number, b: number): number;
declare function fetchPage(url: string): Promise<string>;

describe('new GreenPile', () => {
  test('takes a size or a pool, and the order', () => {
    new GreenPile();
    new GreenPile(5);
    new GreenPile(pool, { order: 'spawn' });
    new GreenPile(pool.with({ timeout: 5 }), { order: 'completion' });
    // @ts-expect-error no such order
    new GreenPile(5, { order: 'input' });
    // @ts-expect-error a string is no size
    new GreenPile('5');
  });

  test('without a type holds unknown results', () => {
    expectTypeOf(new GreenPile()).toEqualTypeOf<GreenPile<unknown>>();
    expectTypeOf(new GreenPile(2).toArray()).toEqualTypeOf<Promise<unknown[]>>();
  });
});

describe('GreenPile.spawn', () => {
  const pile = new GreenPile<number | string>(2);

  test('gives the handle with the result of this very function', () => {
    expectTypeOf(pile.spawn(add, 1, 2)).toEqualTypeOf<Promise<GreenThread<number>>>();
    expectTypeOf(pile.spawn(fetchPage, 'url')).toEqualTypeOf<Promise<GreenThread<string>>>();
  });

  test('refuses wrong arguments', () => {
    // @ts-expect-error a string is no number
    void pile.spawn(add, 1, '2');
    // @ts-expect-error one argument is missing
    void pile.spawn(add, 1);
    // @ts-expect-error not a function
    void pile.spawn(5);
  });

  test('refuses a function whose result the pile does not hold', () => {
    // @ts-expect-error a boolean is neither number nor string
    void pile.spawn(() => true);
    // @ts-expect-error nor is the promise of one
    void pile.spawn(async () => true);
  });
});

describe('the results of a GreenPile', () => {
  const pile = new GreenPile<number>(2);

  test('are typed in every form', async () => {
    expectTypeOf(pile.next()).toEqualTypeOf<Promise<IteratorResult<number, undefined>>>();
    expectTypeOf(pile.toArray()).toEqualTypeOf<Promise<number[]>>();
    expectTypeOf(pile.settled()).toEqualTypeOf<AsyncIterableIterator<PromiseSettledResult<number>>>();
    for await (const n of pile) expectTypeOf(n).toEqualTypeOf<number>();
    for await (const outcome of pile.settled())
      expectTypeOf(outcome).toEqualTypeOf<PromiseSettledResult<number>>();
  });

  test('next takes a signal and a timeout', () => {
    void pile.next({ timeout: 5 });
    // @ts-expect-error options are an object
    void pile.next(5);
  });

  test('length and pool are read-only', () => {
    expectTypeOf(pile.length).toEqualTypeOf<number>();
    expectTypeOf(pile.pool).toEqualTypeOf<GreenPool>();
    // @ts-expect-error read-only
    pile.length = 0;
    // @ts-expect-error read-only
    pile.pool = pool;
  });
});
