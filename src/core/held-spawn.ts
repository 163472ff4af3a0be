import type { GreenPool } from './green-pool.ts';
import { GreenThread } from './green-thread.ts';

/** A task that has a slot, or waits for one. */
export interface HeldSpawn {
  readonly thread: GreenThread<unknown>;
  /** As `spawn` resolves and rejects. Nobody has to handle it. */
  readonly started: Promise<unknown>;
}

/**
 * As `pool.spawn(fn, arg)`, with the handle at once: so that a task that still waits can be withdrawn. Not public, since the wait
 * for the handle is the back-pressure that keeps callers from spawning without end. The pool must not be closed.
 */
export function holdSpawn<A>({ core, bound }: GreenPool, fn: (arg: A) => unknown, arg: A): HeldSpawn {
  const thread = new GreenThread<unknown>(bound, fn, [arg], core.lineage);
  return { thread, started: core.spawn(thread) };
}
