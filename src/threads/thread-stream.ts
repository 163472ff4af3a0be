/// <reference lib="esnext.disposable" preserve="true" />

/**
 * What a generator yields in another thread, item by item. Starts with the first `next()`, takes a slot of its pool until it has
 * ended, and runs at most `readAhead` items (default 16) ahead of the consumer. A loop that is left early ends the generator.
 * It is never tried again, since another attempt would begin with items that have been taken.
 */
export interface ThreadStream<R> extends AsyncIterableIterator<R, undefined> {
  /**
   * The next item, or `done`.
   *
   * @throws what the generator threw, after its last item; what `spawn` throws, at the first call.
   */
  next(): Promise<IteratorResult<R, undefined>>;

  /** Ends the generator, whose `finally` blocks run, and drops what was not taken. Resolves when the slot is back. */
  return(): Promise<IteratorResult<R, undefined>>;

  /** Itself. */
  [Symbol.asyncIterator](): ThreadStream<R>;

  /** `return()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
