/// <reference lib="esnext.disposable" preserve="true" />

import { GreenpoolError } from '../errors.ts';
import { checkedCount } from './checks.ts';
import { WaitQueue } from './wait-queue.ts';
import { passing, type WaitOptions } from './waiter.ts';

/** Room in a semaphore, held until released. Works with `using`, where the host has `Symbol.dispose`. */
export interface Permit {
  /** Gives the room back. The second and later calls do nothing. */
  release(): void;
  /** The same as `release`. */
  [Symbol.dispose](): void;
}

class HeldPermit implements Permit {
  declare readonly [Symbol.dispose]: () => void;
  #semaphore: Semaphore | undefined;

  static {
    // As a plain method it would be called "undefined" where the host has no such symbol, as most browsers had not before 2025.
    const dispose: symbol | undefined = Symbol.dispose;
    if (dispose !== undefined) {
      const descriptor = { value: HeldPermit.prototype.release, configurable: true, writable: true };
      Object.defineProperty(HeldPermit.prototype, dispose, descriptor);
    }
  }

  constructor(semaphore: Semaphore) {
    this.#semaphore = semaphore;
  }

  release(): void {
    const semaphore = this.#semaphore;
    this.#semaphore = undefined;
    semaphore?.release();
  }
}

/**
 * A number of permits. Callers get them in the order of their calls: a released permit belongs to the first one
 * waiting before that one wakes, so that nobody who comes in between can take it.
 *
 * A caller that was given a permit and is killed in the same turn still gets it; the kill meets it at its next wait.
 *
 * @example
 * const connections = new Semaphore(2);
 * const permit = await connections.acquire();
 * try {
 *   await fetchPage(url);
 * } finally {
 *   permit.release();
 * }
 */
export class Semaphore {
  readonly #waiters = new WaitQueue<Permit>('Semaphore.acquire()');
  // Zero while anybody waits.
  #permits: number;

  /**
   * Starts with `n` permits; 0 makes callers wait for a `release()`, `Infinity` none.
   *
   * @throws {TypeError | RangeError} when `n` is not an integer >= 0 or `Infinity`.
   */
  constructor(n = 1) {
    this.#permits = checkedCount('n', n);
  }

  /** The permits that are left; below zero, the number of those who wait. */
  get balance(): number {
    return this.#permits - this.#waiters.length;
  }

  /**
   * Takes a permit, first waiting for one if none is left. A caller that gives up leaves no trace.
   *
   * @example
   * const semaphore = new Semaphore(0);
   * await semaphore.acquire({ timeout: 5 }).catch((error) => console.log(error.code)); // ERR_TIMEOUT
   */
  acquire(options?: WaitOptions): Promise<Permit> {
    return this.#permits > 0 ? passing(options, () => this.#take()) : this.#waiters.park(options);
  }

  /** Takes a permit if one is left; never waits. */
  tryAcquire(): Permit | undefined {
    return this.#permits > 0 ? this.#take() : undefined;
  }

  /**
   * Gives one permit back, or adds one: it need not have been taken from here. Code that holds a `Permit` releases that
   * instead, which cannot give back twice.
   *
   * @example
   * const started = new Semaphore(0);
   * spawnN(() => started.release());
   * await started.acquire();
   */
  release(): void {
    if (this.#waiters.length > 0) this.#waiters.grantFirst(new HeldPermit(this));
    else this.#permits += 1;
  }

  /** Whether `acquire` would wait. */
  locked(): boolean {
    return this.#permits === 0;
  }

  #take(): Permit {
    this.#permits -= 1;
    return new HeldPermit(this);
  }
}

/**
 * A semaphore that never holds more permits than it started with: one `release()` too many is an error.
 *
 * @example
 * const lock = new BoundedSemaphore();
 * const permit = await lock.acquire();
 * permit.release();
 */
export class BoundedSemaphore extends Semaphore {
  readonly #limit: number;

  /**
   * Starts with `n` permits, which is also the most it will hold.
   *
   * @throws {TypeError | RangeError} when `n` is not an integer >= 0 or `Infinity`.
   */
  constructor(n = 1) {
    super(n);
    this.#limit = n;
  }

  /**
   * Gives one permit back.
   *
   * @throws {GreenpoolError} `ERR_SEMAPHORE_OVERFLOW`, when none is out.
   */
  override release(): void {
    // Without an end nobody can tell how many are out.
    if (this.balance >= this.#limit && this.#limit !== Number.POSITIVE_INFINITY) {
      throw new GreenpoolError(
        'ERR_SEMAPHORE_OVERFLOW',
        `release() without a matching acquire(): all ${this.#limit} permits are back already`,
      );
    }
    super.release();
  }
}
