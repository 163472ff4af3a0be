/// <reference lib="esnext.disposable" preserve="true" />

import { GreenletExit } from '../errors.ts';
import { checkedCount, checkedDuration } from '../primitives/checks.ts';
import { rejectedQuietly } from '../primitives/deferred.ts';
import type { WaitOptions } from '../primitives/waiter.ts';
import type { TaskFunction } from './executor.ts';
import { type GreenMap, mapOf } from './green-map.ts';
import { GreenThread } from './green-thread.ts';
import { oneKey } from './limits/ticket.ts';
import type { Items, Source } from './map-source.ts';
import {
  type Bound,
  bind,
  bindPool,
  checkedCoreOptions,
  type GreenPoolOptions,
  poolDefaults,
  type WithOptions,
} from './options.ts';
import { PoolCore } from './pool-core.ts';
import { refusal, refuse } from './refusal.ts';
import { run } from './run.ts';
import { type PoolStats, statsOf } from './stats.ts';
import { close, kill, waitall } from './whole-pool.ts';

/**
 * A bounded number of green threads: at most `size` tasks run at a time, and whoever spawns more waits until there is room.
 *
 * @example
 * const pool = new GreenPool(2);
 * for (const url of ['a', 'b', 'c']) {
 *   // Waits while two are running.
 *   await pool.spawn(async () => console.log('fetching', url));
 * }
 * await pool.waitall();
 */
export class GreenPool {
  /** @internal */ readonly core: PoolCore;
  /** @internal */ readonly bound: Bound;

  /**
   * A pool of `size` slots (default 1000): an integer >= 0 or `Infinity`. With 0, spawners wait until a resize.
   *
   * @throws {TypeError} when the size is no number, NaN or a fraction, or an option is of the wrong kind.
   * @throws {RangeError} when the size or a duration is negative.
   */
  constructor(size?: number, options?: GreenPoolOptions);
  /** A view of an existing pool. @internal */
  constructor(core: PoolCore, bound: Bound);
  constructor(sizeOrCore: number | PoolCore = poolDefaults.size, options: GreenPoolOptions | Bound = {}) {
    if (sizeOrCore instanceof PoolCore) {
      this.core = sizeOrCore;
      this.bound = options as Bound; // the second overload
    } else {
      const given = options as GreenPoolOptions; // the first overload
      this.core = new PoolCore(checkedCoreOptions(sizeOrCore, given));
      this.bound = bindPool(this.core, given);
    }
  }

  /** What the constructor's `name` said. */
  get name(): string | undefined {
    return this.core.name;
  }

  /** How many tasks may run at a time. */
  get size(): number {
    return this.core.size;
  }

  /** Slots in use, by tasks that have not reached their first line as well: one for each task, or its `weight`. */
  running(): number {
    return this.core.running;
  }

  /** `size - running()`: slots that are left; negative after a shrink, until enough tasks have ended. */
  free(): number {
    return this.core.size - this.core.running;
  }

  /** Callers that wait for a slot, for whatever reason; not those between two attempts. */
  waiting(): number {
    return this.core.line.length;
  }

  /** The same figures at one moment, and what the callers wait for. O(keys in use). */
  stats(): PoolStats {
    return statsOf(this.core);
  }

  /**
   * Starts `fn(...args)` in its own green thread, first waiting for a slot if none is free.
   *
   * Resolves with the handle when the slot is taken, not when the task ends: this wait is the back-pressure. Slots are
   * given by priority, then in call order; the first line of the task runs after this call has returned. Called from
   * inside this pool while it is full, `fn` runs in the caller's slot and the call resolves when it has ended, since waiting
   * for oneself would never end. The task sees the `AsyncLocalStorage` stores of this call. A failure stays in the handle.
   *
   * @throws {PoolClosedError} `ERR_POOL_CLOSED`, after `close()`.
   * @throws the reason of a kill or of the bound signal, when the call was withdrawn before it had a slot.
   * @example
   * const pool = new GreenPool(10);
   * const thread = await pool.spawn((a: number, b: number) => a + b, 1, 2);
   * console.log(await thread.wait()); // 3
   */
  spawn<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<GreenThread<Awaited<R>>> {
    const refused = refusal(this.bound, fn);
    if (refused !== undefined) return rejectedQuietly(refused[0]);
    const thread = new GreenThread<Awaited<R>>(this.bound, fn, args, this.core.lineage);
    return this.core.spawn(thread) as Promise<GreenThread<Awaited<R>>>; // the promise of this very thread
  }

  /**
   * As `spawn`, without a handle: a failure goes to `onError`.
   *
   * @throws as `spawn`.
   */
  spawnN<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): Promise<void> {
    const refused = refusal(this.bound, fn);
    if (refused !== undefined) return rejectedQuietly(refused[0]);
    const thread = new GreenThread(this.bound, fn, args, this.core.lineage);
    thread.attention = 'none';
    return this.core.spawn(thread) as Promise<unknown> as Promise<void>; // see spawned() in starter.ts
  }

  /**
   * As `spawn`, but never waits: `undefined` when the pool is full or callers queue, from inside the pool as well.
   *
   * @throws {PoolClosedError} `ERR_POOL_CLOSED`, after `close()`.
   * @throws the reason of the bound signal when it has aborted.
   */
  trySpawn<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): GreenThread<Awaited<R>> | undefined {
    refuse(this.bound, fn);
    if (!this.core.hasRoom) return undefined;
    const thread = new GreenThread<Awaited<R>>(this.bound, fn, args, this.core.lineage);
    return this.core.tryBegin(thread) ? thread : undefined;
  }

  /**
   * `spawn` and `wait` in one: the result of `fn(...args)`, once it had its turn.
   *
   * @throws as `spawn`, and what the task threw.
   * @example
   * const pool = new GreenPool(5);
   * const lengths = await Promise.all(['a', 'bb'].map((word) => pool.run((text: string) => text.length, word)));
   * console.log(lengths); // [ 1, 2 ]
   */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const refused = refusal(this.bound, fn);
    if (refused !== undefined) return rejectedQuietly(refused[0]);
    return run<Awaited<R>>(this.core, this.bound, fn, args);
  }

  /**
   * The results of `fn` over the items of one or more sources, in input order, through this pool's slots.
   *
   * Several sources are read side by side until the shortest ends. Lazy, with bounded read-ahead; see `GreenMap`. With `null`
   * for `fn`, the items themselves, as tuples.
   *
   * @throws {TypeError} in the call, when `fn` is neither a function nor null or a source is not iterable.
   * @example
   * const pool = new GreenPool(3);
   * for await (const line of pool.imap((name: string, n: number) => `${name} ${n}`, ['a', 'b'], [1, 2])) console.log(line);
   */
  imap<S extends readonly Source<unknown>[]>(fn: null, ...iterables: S): GreenMap<Items<S>>;
  imap<R, S extends readonly Source<unknown>[]>(
    fn: (...items: Items<S>) => R,
    ...iterables: S
  ): GreenMap<Awaited<R>>;
  imap(fn: TaskFunction | null, ...iterables: Source<unknown>[]): GreenMap<unknown> {
    return mapOf(this.bound, fn, iterables, { isSpread: false, isOrdered: true });
  }

  /** As `imap`, with results in the order of completion; throws as `imap`. */
  imapUnordered<S extends readonly Source<unknown>[]>(fn: null, ...iterables: S): GreenMap<Items<S>>;
  imapUnordered<R, S extends readonly Source<unknown>[]>(
    fn: (...items: Items<S>) => R,
    ...iterables: S
  ): GreenMap<Awaited<R>>;
  imapUnordered(fn: TaskFunction | null, ...iterables: Source<unknown>[]): GreenMap<unknown> {
    return mapOf(this.bound, fn, iterables, { isSpread: false, isOrdered: false });
  }

  /**
   * As `imap` over one source whose elements are the arguments of each call.
   *
   * @throws {TypeError} as `imap`. An element that is not iterable fails in its own place.
   * @example
   * const pool = new GreenPool(3);
   * const sums = pool.starmap((a: number, b: number) => a + b, [[1, 2], [3, 4]]);
   * console.log(await sums.toArray()); // [ 3, 7 ]
   */
  starmap<A extends readonly unknown[]>(fn: null, iterable: Source<A>): GreenMap<A>;
  starmap<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    iterable: Source<Readonly<A>>,
  ): GreenMap<Awaited<R>>;
  starmap(fn: TaskFunction | null, iterable: Source<unknown>): GreenMap<unknown> {
    return mapOf(this.bound, fn, [iterable], { isSpread: true, isOrdered: true });
  }

  /** As `starmap`, with results in the order of completion; throws as `imap`. */
  starmapUnordered<A extends readonly unknown[]>(fn: null, iterable: Source<A>): GreenMap<A>;
  starmapUnordered<A extends readonly unknown[], R>(
    fn: (...args: A) => R,
    iterable: Source<Readonly<A>>,
  ): GreenMap<Awaited<R>>;
  starmapUnordered(fn: TaskFunction | null, iterable: Source<unknown>): GreenMap<unknown> {
    return mapOf(this.bound, fn, [iterable], { isSpread: true, isOrdered: false });
  }

  /**
   * Resolves when nothing runs and nobody queues, and has not for one turn of the event loop; at once when the pool is idle
   * now. Covers what tasks and links spawn meanwhile. Never rejects because tasks failed. The pool can be used again.
   *
   * @throws {PoolDeadlockError} `ERR_POOL_DEADLOCK`, from inside a task of this pool.
   * @throws {Timeout} and the signal's reason, as `options` say.
   */
  waitall(options?: WaitOptions): Promise<void> {
    return waitall(this.core, options);
  }

  /**
   * Changes the number of slots at once. Growing admits queued callers, as many as there is room for; after
   * shrinking, running tasks go on to their end.
   *
   * @throws {TypeError | RangeError} as the constructor; the size then stays as it is.
   */
  resize(size: number): void {
    this.core.resize(checkedCount('size', size));
  }

  /** Lets nothing start from now on, children in lent slots included; what runs goes on. Callers wait, and so does `waitall`. */
  pause(): void {
    this.core.limit().isPaused = true;
  }

  /** Takes `pause` back. Does nothing when the pool is not paused. */
  resume(): void {
    this.core.limits?.resume();
  }

  /** Whether `pause` holds. */
  get isPaused(): boolean {
    return this.core.limits?.isPaused ?? false;
  }

  /**
   * Lets nothing start for `ms` milliseconds, as a `Retry-After` asks; through a view with a `key`, nothing of that key. The latest
   * end of several calls holds.
   *
   * @throws {TypeError | RangeError} when `ms` is no duration, or the key of the view is a function.
   * @example
   * const pool = new GreenPool(10);
   * pool.with({ key: 'example.com' }).throttle(2000);
   */
  throttle(ms: number): void {
    this.core.limit().throttle(checkedDuration('throttle', ms), oneKey(this.bound));
  }

  /**
   * The same pool with options bound to the calls made through the view: same slots, same methods.
   *
   * @throws {TypeError | RangeError} when an option is of the wrong kind; the message names it and the value.
   * @example
   * const pool = new GreenPool(10);
   * const urgent = pool.with({ priority: 10, timeout: 5000 });
   * await urgent.spawn(() => console.log('first in line'));
   */
  with(options: WithOptions): GreenPool {
    return new GreenPool(this.core, bind(this.bound, options));
  }

  /**
   * Kills every queued and running task, and ends open maps. The pool can be used again.
   *
   * @returns a promise that resolves when all slots are back. From inside a task of this pool, which is killed as well, it
   * rejects: with the reason, or with `ERR_POOL_DEADLOCK` for a task of another pool that runs below one of this.
   */
  kill(reason: unknown = new GreenletExit()): Promise<void> {
    return kill(this.core, reason);
  }

  /**
   * Refuses new work from now on, then waits as `waitall`. Callers that queue already go on.
   *
   * @throws {PoolDeadlockError} `ERR_POOL_DEADLOCK`, from inside a task of this pool, which is then not closed.
   */
  close(): Promise<void> {
    return close(this.core);
  }

  /** `close()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
