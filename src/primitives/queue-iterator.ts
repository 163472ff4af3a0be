import { ignore } from './deferred.ts';
import type { Waiter } from './waiter.ts';

/** What an iterator needs of its queue. */
export interface QueueSource<T> {
  /** Takes the next item out, or waits for it. */
  take(): Waiter<T>;
  /** Whether `error` only says that the queue is closed and drained. */
  isEnd(error: unknown): boolean;
}

// Why a request was given up. It never leaves this file.
const RETURNED = Symbol('returned');

/**
 * Takes items out of a queue. Made by hand, since a generator would make `return()` wait for a pending `next()`, which
 * would then take an item that nobody wants. It goes on after a kill was thrown from `next()`.
 */
export class QueueIterator<T> implements AsyncIterableIterator<T> {
  readonly #source: QueueSource<T>;
  readonly #requests = new Set<Waiter<T>>();
  #isEnded = false;

  constructor(source: QueueSource<T>) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    const request = this.#source.take();
    this.#requests.add(request);
    const item: Promise<IteratorResult<T>> = request.promise.then(
      (value) => {
        this.#requests.delete(request);
        return { done: false, value };
      },
      (error) => {
        this.#requests.delete(request);
        if (error !== RETURNED && !this.#source.isEnd(error)) throw error;
        return { done: true, value: undefined };
      },
    );
    // It only rejects with a kill, which is known to its handle.
    item.catch(ignore);
    return item;
  }

  /** Ends this iterator, not the queue. A pending `next()` ends without an item. */
  return(): Promise<IteratorResult<T>> {
    this.#isEnded = true;
    for (const request of this.#requests) request.abort(RETURNED);
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
