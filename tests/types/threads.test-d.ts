import { defineTasks, type GreenMap, GreenPile, type GreenThread } from 'greenpool';
import type { ThreadPool, ThreadStream } from 'greenpool/threads';
import { describe, expectTypeOf, test } from 'vitest';

declare const pool: ThreadPool;
const tasks = defineTasks('file:///tasks.js', {
  double: (n: number): number => n * 2,
  fetchPage: async (url: string): Promise<{ body: string }> => ({ body: url }),
  *countTo(end: number): Generator<number> {
    yield end;
  },
  async *lines(path: string): AsyncGenerator<string> {
    yield path;
  },
});

describe('defineTasks', () => {
  test('gives the functions as they are', () => {
    expectTypeOf(tasks.double).toEqualTypeOf<(n: number) => number>();
    expectTypeOf(tasks.double(2)).toEqualTypeOf<number>();
  });

  test('takes functions only', () => {
    // @ts-expect-error a number is no task
    defineTasks('file:///tasks.js', { five: 5 });
  });
});

describe('ThreadPool', () => {
  test('has the types of a GreenPool', () => {
    expectTypeOf(pool.run(tasks.double, 2)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(pool.spawn(tasks.fetchPage, 'url')).toEqualTypeOf<Promise<GreenThread<{ body: string }>>>();
    expectTypeOf(pool.imap(tasks.double, [1, 2])).toEqualTypeOf<GreenMap<number>>();
    expectTypeOf(new GreenPile<number>(pool)).toEqualTypeOf<GreenPile<number>>();
    // @ts-expect-error a string is not what it takes
    pool.run(tasks.double, 'two');
  });

  test('has views that are thread pools', () => {
    expectTypeOf(pool.with({ priority: 1 })).toEqualTypeOf<ThreadPool>();
  });

  test('streams what a generator yields', () => {
    expectTypeOf(pool.stream(tasks.countTo, 3)).toEqualTypeOf<ThreadStream<number>>();
    expectTypeOf(pool.stream(tasks.lines, 'path')).toEqualTypeOf<ThreadStream<string>>();
    // @ts-expect-error a number cannot be iterated
    pool.stream(tasks.double, 3);
  });
});
