import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { ThreadPool } from './library.ts';
import { holds, type Mix, makeBoard, mixes } from './mixes.ts';

/** The methods of an executor, as loosely typed as code that replaces them has to be. */
// biome-ignore lint/suspicious/noExplicitAny: a replacement stands for any method
type Methods = Record<string, (...args: any[]) => any>;

const flags = makeBoard();
const pools: InstanceType<typeof ThreadPool>[] = [];
afterEach(async () => {
  // What a mutant has lost never comes back: its pool cannot be closed, and its threads can be ended.
  for (const { core } of pools.splice(0)) await (core.executor as unknown as Methods).destroy?.();
});

/** What the mixes find in a pool whose executor does `change` instead. */
async function found(change: (real: Methods) => Methods, mix: Mix): Promise<unknown> {
  const pool = new ThreadPool(1, { grace: 5, onError: () => {} });
  pools.push(pool);
  const executor = pool.core.executor as unknown as Methods;
  const real = Object.fromEntries(
    ['onLost', 'onAnswer', 'takeOneBack'].map((name) => [name, executor[name]?.bind(executor)]),
  ) as Methods; // all of them are there
  Object.assign(executor, change(real));
  const property = fc.asyncProperty(mixes, (tried) => holds({ pool, flags, patience: 2_000 }, tried));
  const run = await fc.check(property, { numRuns: 20, seed: 1, endOnFailure: true, examples: [[mix]] });
  return run.failed ? String(run.errorInstance) : undefined;
}

const step = (deed: 'note' | 'exit') => ({ deed, fate: 'left alone' as const });
const behindLong: Mix = {
  size: 1,
  resizedTo: 2,
  longAt: 0,
  steps: Array.from({ length: 8 }, () => step('note')),
};
const besideExit: Mix = {
  size: 1,
  resizedTo: 1,
  longAt: 0,
  steps: [step('note'), step('exit'), step('note'), step('note'), step('exit'), step('note')],
};

describe('the mixes reject', () => {
  test('nothing, where nothing was changed', async () => {
    expect(await found(() => ({}), behindLong)).toBe(undefined);
  });

  test('an executor that takes no call back', async () => {
    const forgetful = ({ onAnswer }: Methods): Methods => ({
      takeOneBack: () => undefined,
      onAnswer: (lane) => (lane.isFree ? onAnswer?.(lane) : undefined),
    });

    const error = await found(forgetful, behindLong);

    expect(error).toMatch(/waits for ever/);
  });

  test('an executor that does not repeat the calls of a lost thread', async () => {
    const error = await found(({ onLost }) => ({ onLost: (lane) => onLost?.(lane, []) }), besideExit);

    expect(error).toMatch(/waits for ever/);
  });
});
