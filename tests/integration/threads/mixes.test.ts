import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { ThreadPool } from './library.ts';
import { holds, type Mix, makeBoard, mixes } from './mixes.ts';

const { errors, onError } = reports();
const flags = makeBoard();
let pool: InstanceType<typeof ThreadPool>;
beforeAll(() => {
  pool = new ThreadPool(1, { grace: 5, onError });
});
afterAll(async () => {
  await pool.kill();
  await pool.close();
});

describe('a random mix of calls', () => {
  test('every call ends once and as it should, within the bound, and nothing is left', async () => {
    const property = fc.asyncProperty(mixes, (mix: Mix) => holds({ pool, flags, patience: 10_000 }, mix));

    await fc.assert(property, { numRuns: 60, interruptAfterTimeLimit: 10_000, endOnFailure: true });

    expect(errors).toEqual([]);
  });
});
