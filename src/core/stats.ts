import type { PoolCore } from './pool-core.ts';

/** A pool at one moment. */
export interface PoolStats {
  /** Slots there are. */
  readonly size: number;
  /** Slots in use. */
  readonly running: number;
  /** `size - running`. */
  readonly free: number;
  /** Tasks that wait, each for one thing. */
  readonly waiting: {
    /** For a slot. */
    readonly queued: number;
    /** For their time: of the pool, the view or the key. */
    readonly 'held:rate': number;
    /** For a slot of their key. */
    readonly 'held:key': number;
    /** For a `resume()`. */
    readonly 'held:paused': number;
    /** Until their next attempt. */
    readonly backoff: number;
  };
}

/** What those who wait wait for, and how many do. */
export interface Census {
  queued: number;
  rate: number;
  key: number;
  paused: number;
}

/** What `core` is at now. O(keys in use). */
export function statsOf(core: PoolCore): PoolStats {
  const { size, running, limits, backoffs } = core;
  const free = size - running;
  const { queued, rate, key, paused } = limits?.census(free) ?? {
    queued: core.line.length,
    rate: 0,
    key: 0,
    paused: 0,
  };
  const waiting = Object.freeze({
    queued,
    'held:rate': rate,
    'held:key': key,
    'held:paused': paused,
    backoff: backoffs.size,
  });
  return Object.freeze({ size, running, free, waiting });
}
