import type { Item, ItemCount, ItemSource } from './item.ts';

/** Which items of the input a run takes. */
export interface Slice {
  /** Items to leave out at the start. */
  readonly skip: number;
  /** Items to take after them. */
  readonly limit: number;
}

/** Some items in a row of a source. They keep their numbers. Reads no further than the last of them. */
export class SlicedItems implements ItemSource {
  readonly #inner: ItemSource;
  readonly #slice: Slice;
  #seen = 0;

  constructor(inner: ItemSource, slice: Slice) {
    this.#inner = inner;
    this.#slice = slice;
  }

  get itemsWaiting(): number {
    return Math.min(this.#inner.itemsWaiting, this.#end - this.#seen);
  }

  get isExhausted(): boolean {
    return this.#isDone || this.#inner.isExhausted;
  }

  expectedItems(): ItemCount | undefined {
    const expected = this.#isDone ? { count: this.#end, isExact: true } : this.#inner.expectedItems();
    // An endless input with a limit will reach it, as far as anybody can tell.
    const { count, isExact } = expected ?? { count: this.#end, isExact: false };
    if (count === Number.POSITIVE_INFINITY) return undefined;
    return { count: Math.max(0, Math.min(count, this.#end) - this.#slice.skip), isExact };
  }

  stop(): void {
    this.#inner.stop();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Iterable<Item>> {
    if (this.#isDone) return;
    for await (const items of this.#inner) {
      yield this.#cut(items);
      if (this.#isDone) return;
    }
  }

  *#cut(items: Iterable<Item>): Generator<Item> {
    for (const item of items) {
      this.#seen += 1;
      if (this.#seen <= this.#slice.skip) continue;
      // Before the item is given: who asks meanwhile whether anything is left must hear the truth.
      if (this.#isDone) this.#inner.stop();
      yield item;
      if (this.#isDone) return;
    }
  }

  get #end(): number {
    return this.#slice.skip + this.#slice.limit;
  }

  get #isDone(): boolean {
    return this.#seen >= this.#end;
  }
}
