/** A source that counts what is asked of it. */
export class CountedSource<T> implements Iterable<T>, AsyncIterable<T> {
  opened = 0;
  /** Items given out. */
  pulled = 0;
  /** Calls of `return()`. */
  closed = 0;
  /** Calls of `next()` after the end or after `return()`. */
  askedTooLate = 0;
  readonly #items: Iterator<T>;
  #isOver = false;

  constructor(items: Iterable<T>) {
    this.#items = items[Symbol.iterator]();
  }

  [Symbol.iterator](): Iterator<T, undefined> {
    this.opened += 1;
    return { next: () => this.#next(), return: () => this.#return() };
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    this.opened += 1;
    return { next: async () => this.#next(), return: async () => this.#return() };
  }

  /** The same source for those who may only iterate at once. */
  get sync(): Iterable<T> {
    return { [Symbol.iterator]: () => this[Symbol.iterator]() };
  }

  #next(): IteratorResult<T, undefined> {
    if (this.#isOver) this.askedTooLate += 1;
    const { value, done } = this.#items.next();
    if (done === true) {
      this.#isOver = true;
      return { value: undefined, done };
    }
    this.pulled += 1;
    return { value, done: false };
  }

  #return(): IteratorResult<T, undefined> {
    this.closed += 1;
    this.#isOver = true;
    return { value: undefined, done: true };
  }
}

/** 0, 1, 2, ...: more than any test takes, and yet finite, so that a map which reads on and on fails and does not hang. */
export function* naturals(count = 20_000): Generator<number, void, undefined> {
  for (let n = 0; n < count; n += 1) yield n;
}
