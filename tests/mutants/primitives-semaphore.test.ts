import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type MakeSemaphore, semaphoreModel, semaphoreRace } from '../property/primitives-semaphore.ts';
import {
  BargingSemaphore,
  LosingSemaphore,
  MintingSemaphore,
  UnfairSemaphore,
} from './primitives-semaphore.ts';

const mutants: readonly [string, MakeSemaphore][] = [
  ['a semaphore without hand-off', (n) => new BargingSemaphore(n)],
  ['a semaphore that loses the permit of an aborted caller', (n) => new LosingSemaphore(n)],
  ['a semaphore that mints a permit on abort', (n) => new MintingSemaphore(n)],
  ['a semaphore that serves the last caller first', (n) => new UnfairSemaphore(n)],
];

describe('the properties of Semaphore', () => {
  test.each(mutants)('the race rejects %s', async (_, make) => {
    expect(
      (await fc.check(semaphoreRace(make), { seed: 200704, numRuns: 2000, endOnFailure: true })).failed,
    ).toBe(true);
  });

  test.each(mutants)('the model rejects %s', async (_, make) => {
    expect(
      (await fc.check(semaphoreModel(make), { seed: 200704, numRuns: 5000, endOnFailure: true })).failed,
    ).toBe(true);
  });
});
