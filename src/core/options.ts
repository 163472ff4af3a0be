import {
  checkedCount,
  checkedDuration,
  checkedFunction,
  checkedObject,
  checkedSignal,
  show,
} from '../primitives/checks.ts';
import { type Clock, currentClock } from '../primitives/clock.ts';
import { type FailureInfo, warn } from './failures.ts';
import { anyNumberPerKey, checkedPerKey, type PerKey, type PerKeyOptions } from './limits/per-key.ts';
import { checkedRate, Rate, type RateOptions } from './limits/rate.ts';
import { checkedRetry, type Retry, type RetryOptions } from './limits/retry.ts';
import type { PoolCore } from './pool-core.ts';
import type { CoreOptions } from './pool-roles.ts';

/** What `pool.with()` binds to the calls made through it. */
export interface WithOptions {
  /** Names the tasks: `thread.name`, and in messages. */
  name?: string | undefined;
  /** Who goes first among those who wait: higher first, equal in order of arrival. Default 0. */
  priority?: number | undefined;
  /** Slots that each task takes, 1 (the default) up to the size of the pool. One that does not fit yet is not overtaken. */
  weight?: number | undefined;
  /**
   * How many tasks of this view may start in which time, within what the pool's own `rate` allows. Each call of `with` that has it
   * counts anew. Default: any number.
   */
  rate?: RateOptions | undefined;
  /**
   * What a task is about, such as a host: a value, or a function of the task's arguments, called once. Keys are served in
   * turn, so that one with many tasks does not keep the others out. Default `undefined`: none.
   */
  key?: unknown;
  /** What holds for each key by itself. Default: nothing. */
  perKey?: PerKeyOptions | undefined;
  /**
   * Milliseconds from the start of a task, or of each of its attempts, until it is killed with a `Timeout`. Its slot stays taken
   * until the function has really ended. Default `Infinity`: never.
   */
  timeout?: number | undefined;
  /**
   * Tries a task that fails again, after a delay in which it has no slot. Who waits for it learns the last outcome only. Default:
   * no retries.
   */
  retry?: RetryOptions | undefined;
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
  readonly weight: number;
  /** Of this view and those it was made from; the pool's own is not among them. */
  readonly rates: readonly Rate[];
  readonly key: unknown;
  readonly perKey: PerKey;
  readonly timeout: number;
  readonly retry: Retry | undefined;
  readonly signal: AbortSignal | undefined;
  readonly readAhead: number | undefined;
  /** Its tasks need more than a plain one: a key, a weight or attempts. */
  readonly isLimited: boolean;
}

/** One for all: lanes are told apart by it. */
const none: readonly Rate[] = Object.freeze([]);

/** What a pool has before anybody binds anything. */
export function unbound(core: PoolCore): Bound {
  return Object.freeze({
    core,
    name: undefined,
    priority: 0,
    weight: 1,
    rates: none,
    key: undefined,
    perKey: anyNumberPerKey,
    timeout: Number.POSITIVE_INFINITY,
    retry: undefined,
    signal: undefined,
    readAhead: undefined,
    isLimited: false,
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
  const limits = bindLimits(base, options);
  return Object.freeze({
    core: base.core,
    name: name === undefined ? base.name : checkedName(name),
    priority: priority === undefined ? base.priority : checkedPriority(priority),
    timeout: timeout === undefined ? base.timeout : checkedDuration('timeout', timeout),
    signal: signal === undefined ? base.signal : checkedSignal('signal', signal),
    readAhead: readAhead === undefined ? base.readAhead : checkedCount('readAhead', readAhead, 1),
    ...limits,
    isLimited: limits.weight !== 1 || limits.key !== undefined || limits.retry !== undefined,
  });
}

function bindLimits(
  base: Bound,
  options: WithOptions,
): Pick<Bound, 'weight' | 'rates' | 'key' | 'perKey' | 'retry'> {
  const { weight, rate, key, perKey, retry } = options;
  const limits = {
    weight: weight === undefined ? base.weight : checkedWeight(weight),
    rates: rate === undefined ? base.rates : [...base.rates, new Rate(checkedRate('rate', rate))],
    key: key === undefined ? base.key : key,
    perKey: perKey === undefined ? base.perKey : checkedPerKey(perKey),
    retry: retry === undefined ? base.retry : checkedRetry(retry),
  };
  // Retries have nothing to do with who starts when.
  if (limits.weight !== 1 || limits.rates.length > 0 || limits.key !== undefined) base.core.limit();
  return limits;
}

/** For what takes a slot and calls nothing of the user's. */
export function withoutLimits(bound: Bound): Bound {
  const { name, priority, signal, core } = bound;
  return { ...unbound(core), name, priority, signal };
}

/** What a new pool binds. Its own rate is that of the whole pool, not of a view. */
export function bindPool(core: PoolCore, options: GreenPoolOptions): Bound {
  const { rate } = options;
  if (rate !== undefined) core.limit().rate = new Rate(checkedRate('rate', rate));
  return bind(unbound(core), { ...options, name: undefined, rate: undefined });
}

/**
 * Replaces the pool's own rate, for those who wait as well; `undefined` is none. The last start counts for the new rate, too.
 *
 * @throws {TypeError | RangeError} when `rate` is no rate; the old one then stays.
 */
export function replaceRate(core: PoolCore, rate: RateOptions | undefined): void {
  const limits = core.limit();
  const next = rate === undefined ? undefined : new Rate(checkedRate('rate', rate));
  if (limits.rate !== undefined) next?.follow(limits.rate);
  limits.rate = next;
  limits.letGo();
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

function checkedName(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`name must be a string, got ${show(value)}`);
  return value;
}

function checkedWeight(value: unknown): number {
  const weight = checkedCount('weight', value, 1);
  if (weight === Number.POSITIVE_INFINITY) throw new RangeError('weight must be finite, got Infinity');
  return weight;
}

function checkedPriority(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`priority must be a number, got ${show(value)}`);
  }
  return value;
}
