import { describe } from 'vitest';
import { admission } from './pool-contract/admission.ts';
import { handle } from './pool-contract/handle.ts';
import { kill } from './pool-contract/kill.ts';
import { limits } from './pool-contract/limits.ts';
import { maps } from './pool-contract/maps.ts';
import { piles } from './pool-contract/piles.ts';
import { type MakePool, makeStage } from './pool-contract/stage.ts';
import { wholePool } from './pool-contract/whole-pool.ts';

/**
 * What every pool has to keep, wherever its tasks run: registers the tests for the pools of `makePool`. They use the tasks of
 * `tasks.ts` alone, which any thread finds, and steer them by numbers that all see.
 */
export function poolContract(name: string, makePool: MakePool): void {
  describe(`the contract of a pool, kept by ${name}`, () => {
    const stage = makeStage(makePool);
    admission(stage);
    handle(stage);
    kill(stage);
    limits(stage);
    maps(stage);
    piles(stage);
    wholePool(stage);
  });
}
