import { describe, expect, test } from 'vitest';
import { LifoQueue } from '../../../src/primitives/lifo-queue.ts';
import { PriorityQueue } from '../../../src/primitives/priority-queue.ts';
import { Queue } from '../../../src/primitives/queue.ts';
import { settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { thrown } from './support.ts';

useManualClock();

function drain<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.empty()) items.push(queue.getNowait());
  return items;
}

function filled<T, Q extends Queue<T>>(queue: Q, items: readonly T[]): Q {
  for (const item of items) queue.putNowait(item);
  return queue;
}

describe('LifoQueue', () => {
  test('gives the last item first', () => {
    expect(drain(filled(new LifoQueue<number>(), [1, 2, 3]))).toEqual([3, 2, 1]);
  });

  test('is a Queue, with its sizes', async () => {
    const queue = filled(new LifoQueue<number>(1), [1]);
    const put = watch(queue.put(2));

    expect(queue).toBeInstanceOf(Queue);
    expect([await queue.get(), await queue.get()]).toEqual([1, 2]);
    await settle();
    expect(put.state).toBe('done');
  });

  test('serves waiting getters in call order', async () => {
    const queue = new LifoQueue<number>();
    const gets = [queue.get(), queue.get()];

    filled(queue, [1, 2]);

    expect(await Promise.all(gets)).toEqual([1, 2]);
  });
});

describe('PriorityQueue', () => {
  test('gives the smallest first', () => {
    expect(drain(filled(new PriorityQueue<number>(), [3, 10, 1, 2]))).toEqual([1, 2, 3, 10]);
    expect(drain(filled(new PriorityQueue<string>(), ['b', 'a', 'c']))).toEqual(['a', 'b', 'c']);
  });

  test('keeps the order of equal items', () => {
    const items = [2, 1, 2, 1, 2, 1].map((rank, index) => ({ rank, index }));
    const queue = new PriorityQueue<(typeof items)[number]>(null, { compare: (a, b) => a.rank - b.rank });

    expect(drain(filled(queue, items)).map((item) => item.index)).toEqual([1, 3, 5, 0, 2, 4]);
  });

  test('keeps undefined as an item', async () => {
    const queue = filled(new PriorityQueue<undefined>(), [undefined]);

    expect([await queue.get(), queue.empty()]).toEqual([undefined, true]);
  });

  test('admits waiting putters in call order, not by rank', async () => {
    const queue = filled(new PriorityQueue<number>(1), [5]);
    const puts = [9, 1].map((item) => watch(queue.put(item)));

    expect(queue.getNowait()).toBe(5);

    await settle();
    expect(puts.map((put) => put.state)).toEqual(['done', 'pending']);
    expect([queue.getNowait(), queue.getNowait()]).toEqual([9, 1]);
  });

  test('that cannot compare an item refuses that item and keeps the others', async () => {
    const compare = (a: number, b: number): number => {
      if (a === 13 || b === 13) throw new Error('unlucky');
      return a - b;
    };
    const queue = filled(new PriorityQueue<number>(4, { compare }), [4, 3, 2, 1]);
    const parked = watch(queue.put(13));

    expect(queue.getNowait()).toBe(1);
    expect(thrown(() => queue.putNowait(13))).toMatchObject({ message: 'unlucky' });

    await settle();
    expect(parked.error).toMatchObject({ message: 'unlucky' });
    expect([drain(queue), queue.unfinishedTasks]).toEqual([[2, 3, 4], 4]);
  });

  test('with a compare that is no function is a TypeError', () => {
    // @ts-expect-error: the wrong kind, on purpose
    expect(() => new PriorityQueue(1, { compare: 'size' })).toThrow(TypeError);
  });
});
