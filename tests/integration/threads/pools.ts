import type { ThreadPoolOptions } from 'greenpool/threads';
import { makeStage, type Stage } from '../pool-contract/stage.ts';
import { ThreadPool } from './library.ts';

type MakeThreadPool = (size: number, options?: ThreadPoolOptions) => InstanceType<typeof ThreadPool>;

/** Pools of threads for the tests of the file or the `describe` that this is called in. */
export function usePools(): Stage<MakeThreadPool> {
  return makeStage((size: number, options?: ThreadPoolOptions) => new ThreadPool(size, options));
}
