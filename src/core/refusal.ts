import { PoolClosedError } from '../errors.ts';
import { checkpoint } from '../primitives/waiter.ts';
import type { Bound } from './options.ts';

/** What stands against a new call of `fn`: a kill that its caller has yet to throw, a closed pool, a weight, a signal, `fn` itself. */
export function refusal(bound: Bound, fn: unknown): [reason: unknown] | undefined {
  const kill = checkpoint(undefined);
  if (kill !== undefined) return [kill.reason];
  const { core, signal } = bound;
  if (core.isClosed) return [new PoolClosedError(core.name)];
  if (isTooHeavy(bound)) return [tooHeavy(bound)];
  if (signal?.aborted) return [signal.reason];
  const unfit = core.executor.refuse?.(fn);
  return unfit === undefined ? undefined : [unfit];
}

/** Throws what stands against a new call that does not wait; a kill is left to the next one that does. */
export function refuse(bound: Bound, fn: unknown): void {
  const { core, signal } = bound;
  if (core.isClosed) throw new PoolClosedError(core.name);
  if (isTooHeavy(bound)) throw tooHeavy(bound);
  signal?.throwIfAborted();
  const unfit = core.executor.refuse?.(fn);
  if (unfit !== undefined) throw unfit;
}

/** Whether a task would never have its slots. A pool of size 0 is one that waits for a resize. */
export function isTooHeavy({ weight, core }: Bound): boolean {
  return weight > 1 && weight > core.size;
}

export function tooHeavy({ weight, core }: Bound): RangeError {
  return new RangeError(`weight must be <= the size of the pool (${core.size}), got ${weight}`);
}
