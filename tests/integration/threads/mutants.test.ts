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
async function found(change: (real: Methods) => Methods, mix: Mix, patience = 2_000): Promise<unknown> {
  const pool = new ThreadPool(1, { grace: 5, onError: () => {} });
  pools.push(pool);
  const executor = pool.core.executor as unknown as Methods;
  const real = Object.fromEntries(
    ['onLost', 'onAnswer', 'takeOneBack'].map((name) => [name, executor[name]?.bind(executor)]),
  ) as Methods; // all of them are there
  Object.assign(executor, change(real));
  const property = fc.asyncProperty(mixes, (tried) => holds({ pool, flags, patience }, tried));
  const run = await fc.check(property, {
    numRuns: 20,
    seed: 1,
    endOnFailure: true,
    // Once may not do: on a busy machine calls may seem too long to share a message.
    examples: Array.from({ length: 10 }, () => [mix] as [Mix]),
  });
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
    // Threads may take long to start.
    expect(await found(() => ({}), behindLong, 15_000)).toBe(undefined);
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
    const careless = ({ onLost, onAnswer }: Methods): Methods => ({
      onLost: (lane) => onLost?.(lane, []),
      // Else a thread that takes long to end has had its calls taken back before.
      onAnswer: (lane) => (lane.isFree ? onAnswer?.(lane) : undefined),
    });

    const error = await found(careless, besideExit);

    expect(error).toMatch(/waits for ever/);
  });
});
