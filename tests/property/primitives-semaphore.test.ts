import fc from 'fast-check';
import { describe, test } from 'vitest';
import { BoundedSemaphore, Semaphore } from '../../src/primitives/semaphore.ts';
import { semaphoreModel, semaphoreRace } from './primitives-semaphore.ts';

describe('Semaphore', () => {
  test('bounds, keeps the order and loses nothing in every race', async () => {
    await fc.assert(
      semaphoreRace((n) => new Semaphore(n)),
      { numRuns: 300 },
    );
  });

  test('agrees with a naive one after every call', async () => {
    await fc.assert(
      semaphoreModel((n) => new Semaphore(n)),
      { numRuns: 500 },
    );
  });
});

describe('BoundedSemaphore', () => {
  test('bounds, keeps the order and loses nothing in every race', async () => {
    await fc.assert(
      semaphoreRace((n) => new BoundedSemaphore(n)),
      { numRuns: 300 },
    );
  });
});
