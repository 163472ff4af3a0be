import { checkedCount, checkedDuration, checkedFunction, checkedSignal, show } from '../primitives/checks.ts';
import { type Clock, currentClock } from '../primitives/clock.ts';
import { type FailureInfo, warn } from './failures.ts';
import type { CoreOptions, PoolCore } from './pool-core.ts';

/** What `pool.with()` binds to the calls made through it. */
export interface WithOptions {
  /** Names the tasks: `thread.name`, and in messages. */
  name?: string | undefined;
  /** Who goes first among those who wait: higher first, equal in order of arrival. Default 0. */
  priority?: number | undefined;
  /** Milliseconds from the start of a task until it is killed with a `Timeout`. Default `Infinity`: never. */
  timeout?: number | undefined;
  /** Aborting withdraws callers that still wait and kills the tasks that run, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Items a map may take from its source beyond the last one yielded. Default twice the size of the pool. */
  readAhead?: number | undefined;
}

/** What `new GreenPool(size, options)` accepts, besides the defaults of `with()`. */
export interface GreenPoolOptions extends WithOptions {
  /** Names the pool, in messages and reports. */
  name?: string | undefined;
  /** Gets the failures that no handle carries. Default: a process warning with the stack. */
  onError?: ((error: unknown, info: FailureInfo) => void) | undefined;
  /** False: tasks see the stores of the pool's creator, and there is no `getcurrent()` and no re-entrancy. Default true. */
  context?: boolean | undefined;
  /** Milliseconds after which timers and I/O get a turn, however many tasks are ready. Default 10. */
  yieldEvery?: number | undefined;
  /** Where time comes from; for tests. Default: the system's. */
  clock?: Clock | undefined;
}

/** `WithOptions`, checked and complete. */
export interface Bound {
  /** The pool of the calls. Here and not in each of its threads, which are many. */
  readonly core: PoolCore;
  readonly name: string | undefined;
  readonly priority: number;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly readAhead: number | undefined;
}

/** What a pool has before anybody binds anything. */
export function unbound(core: PoolCore): Bound {
  return Object.freeze({
    core,
    name: undefined,
    priority: 0,
    timeout: Number.POSITIVE_INFINITY,
    signal: undefined,
    readAhead: undefined,
  });
}

/** The constructor's own defaults. */
export const poolDefaults: Readonly<{ size: number; context: boolean; yieldEvery: number }> = Object.freeze({
  size: 1000,
  context: true,
  yieldEvery: 10,
});

/** `options` over `base`. An option that is `undefined` leaves the base as it is. */
export function bind(base: Bound, options: WithOptions): Bound {
  checkedObject('options', options);
  const { name, priority, timeout, signal, readAhead } = options;
  return Object.freeze({
    core: base.core,
    name: name === undefined ? base.name : checkedName(name),
    priority: priority === undefined ? base.priority : checkedPriority(priority),
    timeout: timeout === undefined ? base.timeout : checkedDuration('timeout', timeout),
    signal: signal === undefined ? base.signal : checkedSignal('signal', signal),
    readAhead: readAhead === undefined ? base.readAhead : checkedCount('readAhead', readAhead, 1),
  });
}

/**
 * What the constructor of a pool was given, complete.
 *
 * @throws {TypeError | RangeError} when the size or an option is of the wrong kind.
 */
export function checkedCoreOptions(size: number, options: GreenPoolOptions): CoreOptions {
  checkedCount('size', size);
  checkedObject('options', options);
  const { name, onError = warn, context = poolDefaults.context, clock = currentClock() } = options;
  const { yieldEvery = poolDefaults.yieldEvery } = options;
  if (name !== undefined) checkedName(name);
  checkedFunction('onError', onError);
  if (typeof context !== 'boolean') {
    throw new TypeError(`context must be true or false, got ${show(context)}`);
  }
  checkedDuration('yieldEvery', yieldEvery);
  if (typeof clock?.now !== 'function') {
    throw new TypeError(`clock must be a Clock (now, setTimer, nextTurn), got ${show(clock)}`);
  }
  return { size, name, onError, context, yieldEvery, clock };
}

function checkedObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${name} must be an object, got ${show(value)}`);
  }
}

function checkedName(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`name must be a string, got ${show(value)}`);
  return value;
}

function checkedPriority(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`priority must be a number, got ${show(value)}`);
  }
  return value;
}
