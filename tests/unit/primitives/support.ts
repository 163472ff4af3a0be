import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect } from 'vitest';
import { runInScope, Scope } from '../../../src/primitives/context.ts';
import { ManualClock } from '../../../src/testing/index.ts';

/** How a promise stands, for asking without waiting. */
export interface Seen<T> {
  state: 'pending' | 'done' | 'failed';
  value: T | undefined;
  error: unknown;
}

/** Watches `promise`; its rejection counts as handled. */
export function watch<T>(promise: Promise<T>): Seen<T> {
  const seen: Seen<T> = { state: 'pending', value: undefined, error: undefined };
  promise.then(
    (value) => Object.assign(seen, { state: 'done', value }),
    (error) => Object.assign(seen, { state: 'failed', error }),
  );
  return seen;
}

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

/** Time stands still in each test of the file, and each must leave no timer behind. */
export function useManualClock(): { readonly now: ManualClock } {
  const clock = { now: new ManualClock() };
  let uninstall = (): void => {};
  beforeEach(() => {
    clock.now = new ManualClock();
    uninstall = clock.now.install();
  });
  afterEach(() => {
    uninstall();
    expect(clock.now.pending).toBe(0);
  });
  return clock;
}
