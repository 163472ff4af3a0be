import { getEventListeners } from 'node:events';
import { runInScope, Scope } from '../../../src/primitives/context.ts';

/** Starts `fn` as the code of a green thread that `scope.deliver(reason)` kills. */
export function inScope<R>(fn: () => R): { scope: Scope; result: R } {
  const scope = new Scope();
  return { scope, result: runInScope(scope, fn, []) };
}

/** The listeners that hang on `signal`. */
export function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** What `fn` throws. */
export function thrown(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
