import { type Deferred, deferred } from 'greenpool/testing';

/** A task that starts when the pool lets it and ends when the test says so: one gate an item, closed at first. */
export class Gates<T> {
  /** Items whose call has started, in order. */
  readonly started: T[] = [];
  running = 0;
  /** The most that ran at one time. */
  peak = 0;
  readonly #gates = new Map<T, Deferred<void>>();

  /** The function for the pool; its result is the item. It ignores kills, as code without greenpool calls does. */
  readonly task = async (item: T): Promise<T> => {
    this.started.push(item);
    this.running += 1;
    this.peak = Math.max(this.peak, this.running);
    try {
      await this.#gate(item).promise;
      return item;
    } finally {
      this.running -= 1;
    }
  };

  /** Lets the calls for `items` end, also those that have yet to start. */
  open(...items: T[]): void {
    for (const item of items) this.#gate(item).resolve();
  }

  /** Fails the call for `item`, which has started. */
  fail(item: T, error: unknown): void {
    this.#gate(item).reject(error);
  }

  #gate(item: T): Deferred<void> {
    const gate = this.#gates.get(item) ?? deferred();
    this.#gates.set(item, gate);
    return gate;
  }
}
