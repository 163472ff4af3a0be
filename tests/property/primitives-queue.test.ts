import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LifoQueue } from '../../src/primitives/lifo-queue.ts';
import { PriorityQueue } from '../../src/primitives/priority-queue.ts';
import { Queue } from '../../src/primitives/queue.ts';
import { first, last, queueModel, queueRace, smallest } from './primitives-queue.ts';

describe('Queue', () => {
  test('loses nothing, keeps the order and bounds in every race', async () => {
    await fc.assert(
      queueRace((maxsize) => new Queue(maxsize)),
      { numRuns: 300 },
    );
  });

  test('agrees with a naive one after every call', async () => {
    await fc.assert(
      queueModel((maxsize) => new Queue(maxsize), first),
      { numRuns: 700 },
    );
  });

  test('takes a million items in and out', async () => {
    const queue = new Queue<number>();
    for (let item = 0; item < 1_000_000; item += 1) queue.putNowait(item);
    let sum = 0;
    queue.close();

    for await (const item of queue) sum += item;

    expect([sum, queue.qsize()]).toEqual([499_999_500_000, 0]);
  });

  test('takes a million parked callers, every second of which gives up', async () => {
    const controller = new AbortController();
    const queue = new Queue<number>(0);
    const { signal } = controller;
    let given = 0;
    let aborted = 0;
    const count = (): number => (aborted += 1);
    for (let item = 0; item < 1_000_000; item += 1) {
      if (item % 2 === 0) queue.put(item, { signal }).catch(count);
      else void queue.put(item).then(() => (given += 1));
    }

    controller.abort();
    let last = -1;
    while (queue.putting() > 0) last = await queue.get();

    await Promise.resolve().then(() => new Promise((resolve) => setImmediate(resolve)));
    expect([aborted, given, last]).toEqual([500_000, 500_000, 999_999]);
  });
});

describe('LifoQueue', () => {
  test('agrees with a naive one after every call', async () => {
    await fc.assert(
      queueModel((maxsize) => new LifoQueue(maxsize), last),
      { numRuns: 300 },
    );
  });
});

describe('PriorityQueue', () => {
  test('agrees with a naive one after every call', async () => {
    await fc.assert(
      queueModel((maxsize) => new PriorityQueue(maxsize), smallest),
      { numRuns: 300 },
    );
  });
});
