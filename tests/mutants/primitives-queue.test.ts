import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { first, type MakeQueue, queueModel, queueRace } from '../property/primitives-queue.ts';
import { BargingQueue, HauntedQueue, LosingQueue, OverfullQueue, SortingQueue } from './primitives-queue.ts';

const racing: readonly [string, MakeQueue][] = [
  ['a queue that loses the item of a getter that gave up', (maxsize) => new LosingQueue(maxsize)],
  ['a queue that takes the item of a putter that gave up', (maxsize) => new HauntedQueue(maxsize)],
  ['a queue without hand-off', (maxsize) => new BargingQueue(maxsize)],
];
const all: typeof racing = [
  ...racing,
  ['a queue in the wrong order', (maxsize) => new SortingQueue(maxsize)],
  ['a queue that holds one item too many', (maxsize) => new OverfullQueue(maxsize)],
];

describe('the properties of Queue', () => {
  test.each(racing)('the race rejects %s', async (_, make) => {
    expect(
      (await fc.check(queueRace(make), { seed: 200704, numRuns: 2000, endOnFailure: true })).failed,
    ).toBe(true);
  });

  test.each(all)('the model rejects %s', async (_, make) => {
    expect(
      (await fc.check(queueModel(make, first), { seed: 200704, numRuns: 5000, endOnFailure: true })).failed,
    ).toBe(true);
  });
});
