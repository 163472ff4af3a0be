import type { PoolCore } from './pool-core.ts';

/**
 * Why a task waits: `queued`, for a slot; `held:rate`, for its time; `held:key`, for a slot of its key; `held:paused`, for a
 * `resume()`; `backoff`, until its next attempt.
 */
export type WaitReason = 'queued' | 'held:rate' | 'held:key' | 'held:paused' | 'backoff';

/** A pool at one moment. */
export interface PoolStats {
  readonly size: number;
  /** Slots in use. */
  readonly running: number;
  readonly free: number;
  /** Tasks that wait, each in one place. */
  readonly waiting: Readonly<Record<WaitReason, number>>;
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
