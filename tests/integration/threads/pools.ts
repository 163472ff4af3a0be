import type { ThreadPoolOptions } from 'greenpool/threads';
import { afterEach } from 'vitest';
import { open, places, shared, ThreadPool } from './library.ts';

/** What the tests of a file work with. All of it is stopped after each test. */
export interface Pools {
  readonly pool: (size: number, options?: ThreadPoolOptions) => InstanceType<typeof ThreadPool>;
  /** Numbers for the tasks, laid out as `places` says. */
  readonly flags: () => Int32Array;
}

/** Pools of threads for the tests of the file or the `describe` that this is called in. */
export function usePools(): Pools {
  const pools: InstanceType<typeof ThreadPool>[] = [];
  const boards: Int32Array[] = [];
  afterEach(async () => {
    for (const flags of boards.splice(0)) open(flags, places.gate);
    for (const pool of pools.splice(0)) {
      pool.resume();
      await pool.kill();
      await pool.close();
    }
  });
  return {
    pool: (size, options) => {
      const pool = new ThreadPool(size, options);
      pools.push(pool);
      return pool;
    },
    flags: () => {
      const flags = shared(256);
      boards.push(flags);
      return flags;
    },
  };
}
