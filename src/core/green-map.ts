/// <reference lib="esnext.disposable" preserve="true" />

import { checkedFunction } from '../primitives/checks.ts';
import type { WaitOptions } from '../primitives/waiter.ts';
import { type TaskFunction, tuple } from './executor.ts';
import type { Crew } from './lending.ts';
import { MapEngine } from './map-engine.ts';
import { crewsOf } from './map-source.ts';
import type { Bound } from './options.ts';
import { isTooHeavy, tooHeavy } from './refusal.ts';
import { EndingIterator, type ResultIterator } from './result-iterator.ts';
import type { Taking } from './results.ts';

/**
 * What `imap` and `starmap` return: an iterator over the results, in input order or, from the unordered forms, as they come.
 *
 * Lazy: the source is not touched before the first `next()`. At most `size` calls run and at most `readAhead` items are taken
 * beyond the last one yielded, so memory does not grow with the input. An item that fails rejects in its own place; `next()`
 * then goes on with the following items, while `for await`, which cannot go on, closes the map.
 *
 * @example
 * const pool = new GreenPool(3);
 * for await (const square of pool.imap((n: number) => n * n, [1, 2, 3])) console.log(square); // 1 4 9
 */
export class GreenMap<R> implements AsyncIterableIterator<R> {
  readonly #engine: MapEngine;
  readonly #taking: Taking;
  /** For those who cannot go on after an error. */
  readonly #endingTaking: Taking;

  /** @internal */
  constructor(engine: MapEngine, isSettled = false) {
    this.#engine = engine;
    this.#taking = { isSettled, endsOnError: false };
    this.#endingTaking = { isSettled, endsOnError: true };
  }

  /** @internal */
  get [crewsOf](): readonly Crew[] {
    return this.#engine.crews;
  }

  /**
   * The next result. Calls that overlap each get their own item, in order. One that times out, is aborted or is killed
   * loses nothing: its item goes to the next call.
   *
   * @throws what the item threw, what the source threw (once, after all earlier results), `ERR_POOL_CLOSED` (once) when the
   * pool was closed with items left, or the reason of `pool.kill()` (once).
   */
  next(options?: WaitOptions): Promise<IteratorResult<R, undefined>> {
    // The engine runs the functions that R was inferred from.
    return this.#engine.next(this.#taking, options) as Promise<IteratorResult<R, undefined>>;
  }

  /**
   * Ends the map: a pending `next()` is done, the source is closed, items that have not started are dropped and those that run
   * are killed. Does not wait for calls that ignore their kill.
   */
  async return(): Promise<IteratorResult<R, undefined>> {
    await this.#engine.close();
    return { value: undefined, done: true };
  }

  /** The same results, each as a `PromiseSettledResult`: a failing item does not reject. */
  settled(): GreenMap<PromiseSettledResult<R>> {
    return new GreenMap<PromiseSettledResult<R>>(this.#engine, true);
  }

  /** All results that are left. Rejects with the first failure and closes the map. */
  toArray(): Promise<R[]> {
    return this.#engine.all(this.#endingTaking) as Promise<R[]>; // as in next()
  }

  /** For `for await`: an item that rejects closes the map, since the loop cannot go on. */
  [Symbol.asyncIterator](): AsyncIterableIterator<R> {
    const ending: ResultIterator<R> = {
      // As in next().
      next: () => this.#engine.next(this.#endingTaking, undefined) as ReturnType<this['next']>,
      return: () => this.return(),
    };
    return new EndingIterator(ending);
  }

  /** `return()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** The map of `fn`, or of the items themselves, over `sources`. */
export function mapOf(
  bound: Bound,
  fn: TaskFunction | null,
  sources: readonly unknown[],
  order: { isSpread: boolean; isOrdered: boolean },
): GreenMap<unknown> {
  if (fn !== null) checkedFunction('the function of a map (or null)', fn);
  const refused = fn === null ? undefined : bound.core.executor.refuse?.(fn);
  if (refused !== undefined) throw refused;
  if (isTooHeavy(bound)) throw tooHeavy(bound);
  return new GreenMap(new MapEngine(bound, { fn: fn ?? tuple, sources, ...order }));
}
