import { show } from '../primitives/checks.ts';
import { rejectedQuietly } from '../primitives/deferred.ts';
import type { WaitOptions } from '../primitives/waiter.ts';
import { GreenPool } from './green-pool.ts';
import { GreenThread } from './green-thread.ts';
import type { Crew } from './lending.ts';
import { crewsOf } from './map-source.ts';
import { refusal } from './refusal.ts';
import { EndingIterator, type ResultIterator } from './result-iterator.ts';
import { Results, type ResultsOwner, type Taking } from './results.ts';

/** What `new GreenPile(size, options)` accepts. */
export interface GreenPileOptions {
  /** Results as they come (the default), or in the order of the spawns, as in eventlet. */
  order?: 'completion' | 'spawn' | undefined;
}

/** A pile has no end of its own: it is at its end whenever nothing is outstanding. */
const noEnd: ResultsOwner = {
  upstream: [],
  isExhausted: true,
  taken() {},
  changed() {},
  failed() {},
  takeLastError: () => undefined,
};

/**
 * Green threads whose results are read by iterating, as they complete. The end is reached when nothing is outstanding at the
 * moment of `next()`; a pile can be filled again afterwards. Results that nobody reads pile up.
 *
 * @example
 * const pile = new GreenPile<string>(10);
 * for (const source of ['database', 'cache']) await pile.spawn((name) => `data from ${name}`, source);
 * for await (const result of pile) console.log(result);
 */
export class GreenPile<R = unknown> implements AsyncIterable<R> {
  /** Where the green threads run. */
  readonly pool: GreenPool;
  readonly #results: Results;

  /**
   * A pile over a pool of its own of so many slots (default 1000), or over `pool`, which piles may share: each sees its own results.
   *
   * @throws {TypeError | RangeError} when the size or the order is none.
   */
  constructor(sizeOrPool: number | GreenPool = 1000, options: GreenPileOptions = {}) {
    const { order = 'completion' } = options;
    if (order !== 'completion' && order !== 'spawn') {
      throw new TypeError(`order must be 'completion' or 'spawn', got ${show(order)}`);
    }
    this.pool = sizeOrPool instanceof GreenPool ? sizeOrPool : new GreenPool(sizeOrPool);
    this.#results = new Results(this.pool.core, noEnd, order === 'spawn');
  }

  /** @internal */
  get [crewsOf](): readonly Crew[] {
    return this.#results.crews;
  }

  /** Green threads spawned here whose results nobody has taken yet, the queued ones included. */
  get length(): number {
    return this.#results.outstanding;
  }

  /**
   * As `GreenPool.spawn`: waits while the pool is full. The result is read from the pile.
   *
   * @throws as `GreenPool.spawn`; the pile then forgets the item.
   */
  spawn<A extends unknown[], T extends R | PromiseLike<R>>(
    fn: (...args: A) => T,
    ...args: A
  ): Promise<GreenThread<Awaited<T>>> {
    const { core, bound } = this.pool;
    const refused = refusal(bound, fn);
    if (refused !== undefined) return rejectedQuietly(refused[0]);
    const thread = new GreenThread<Awaited<T>>(bound, fn, args, core.lineage);
    thread.origin = this.#results;
    this.#results.expect(thread);
    return core.spawn(thread) as Promise<GreenThread<Awaited<T>>>; // the promise of this very thread
  }

  /**
   * The next result; done when nothing is outstanding. A call that times out, is aborted or is killed loses nothing.
   *
   * @throws what the task threw, or the reason of its kill; the results after it can still be taken.
   */
  next(options?: WaitOptions): Promise<IteratorResult<R, undefined>> {
    return this.#next({ isSettled: false, endsOnError: false }, options);
  }

  /** The results, each as a `PromiseSettledResult`: a failing task does not reject. */
  settled(): AsyncIterableIterator<PromiseSettledResult<R>> {
    return this.#iterate<PromiseSettledResult<R>>({ isSettled: true, endsOnError: false });
  }

  /** All results until nothing is outstanding. Rejects with the first failure; the results after it stay. */
  toArray(): Promise<R[]> {
    return this.#results.all({ isSettled: false, endsOnError: false }) as Promise<R[]>; // as in #next()
  }

  /** For `for await`. A loop that ends early, by `break` or by a failure, leaves the other results in the pile. */
  [Symbol.asyncIterator](): AsyncIterableIterator<R> {
    return this.#iterate<R>({ isSettled: false, endsOnError: false });
  }

  #next<T>(taking: Taking, options?: WaitOptions): Promise<IteratorResult<T, undefined>> {
    // T is R, or its settled form, as `taking` says.
    return this.#results.next(taking, options) as Promise<IteratorResult<T, undefined>>;
  }

  #iterate<T>(taking: Taking): AsyncIterableIterator<T> {
    let isOver = false;
    const iterator: ResultIterator<T> = {
      next: () => (isOver ? Promise.resolve({ value: undefined, done: true }) : this.#next<T>(taking)),
      return: () => {
        isOver = true;
        return Promise.resolve({ value: undefined, done: true });
      },
    };
    return new EndingIterator(iterator);
  }
}
