import type { GreenPool, GreenPoolOptions } from 'greenpool';
import { afterEach } from 'vitest';
import { open, places, reaches, shared } from '../threads/library.ts';

/** Makes a pool of the kind that is tried. */
export type MakePool = (size: number, options?: GreenPoolOptions) => GreenPool;

/** What tests of pools work with. All of it is stopped after each test. */
export interface Stage<Make extends (...args: never[]) => GreenPool = MakePool> {
  readonly pool: Make;
  /** Numbers for the tasks of `tasks.ts`, laid out as `places` says. */
  readonly flags: () => Int32Array;
}

/** A stage for the tests of the file or the `describe` that this is called in. */
export function makeStage<Options, Pool extends GreenPool>(
  makePool: (size: number, options?: Options) => Pool,
): Stage<(size: number, options?: Options) => Pool> {
  const pools: GreenPool[] = [];
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
      const pool = makePool(size, options);
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

/** Who has begun, in order. */
export function begun(flags: Int32Array): number[] {
  const count = Atomics.load(flags, places.begun);
  return [...flags.slice(places.order, places.order + count)];
}

/** Resolves when so many have begun; gives them in order. */
export async function haveBegun(flags: Int32Array, count: number): Promise<number[]> {
  await reaches(flags, places.begun, count);
  return begun(flags);
}

/** Lets one go on. */
export function openFor(flags: Int32Array, id: number): void {
  open(flags, places.gates + id);
}

/** Lets all go on. */
export function openAll(flags: Int32Array): void {
  open(flags, places.gate);
}

export interface Counts {
  readonly running: number;
  readonly free: number;
  readonly waiting: number;
}

export function counts(pool: GreenPool): Counts {
  return { running: pool.running(), free: pool.free(), waiting: pool.waiting() };
}
