import type { Item, ItemCount, ItemSource, RawItem } from './item.ts';

/**
 * Puts items together in arrays of `size`; the last one may be shorter. A batch is an item of its own, at the place of
 * its first. What could not be read has no value to put anywhere: it fails by itself, beside the batches.
 */
export class BatchedItems implements ItemSource {
  readonly #inner: ItemSource;
  readonly #size: number;
  #given = 0;
  #pending: Item[] = [];

  constructor(inner: ItemSource, size: number) {
    this.#inner = inner;
    this.#size = size;
  }

  get itemsWaiting(): number {
    return Math.ceil((this.#inner.itemsWaiting + this.#pending.length) / this.#size);
  }

  get isExhausted(): boolean {
    return this.#inner.isExhausted && this.#pending.length === 0;
  }

  expectedItems(): ItemCount | undefined {
    if (this.isExhausted) return { count: this.#given, isExact: true };
    const inner = this.#inner.expectedItems();
    // How many will fail outside of a batch is not known.
    return inner && { count: Math.max(this.#given, Math.ceil(inner.count / this.#size)), isExact: false };
  }

  stop(): void {
    this.#inner.stop();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Iterable<Item>> {
    for await (const items of this.#inner) yield this.#gather(items);
    if (this.#pending.length > 0 && this.#inner.isExhausted) yield [this.#flush()];
  }

  *#gather(items: Iterable<Item>): Generator<Item> {
    for (const item of items) {
      if (item.error !== undefined) {
        this.#given += 1;
        yield { ...item, id: this.#given };
        continue;
      }
      this.#pending.push(item);
      if (this.#pending.length === this.#size) yield this.#flush();
    }
  }

  #flush(): Item {
    const items = this.#pending;
    const [first] = items;
    this.#pending = [];
    this.#given += 1;
    return {
      id: this.#given,
      value: items.map(({ value }) => value),
      error: undefined,
      line: first?.line ?? 0,
      source: first?.source,
      raw: rawOf(items),
    };
  }
}

function rawOf(items: readonly Item[]): RawItem[] {
  // What was put in was no batch, so no item has a list, and bytes are not flattened.
  return items.flatMap(({ raw }) => (raw === undefined ? [] : raw)) as RawItem[];
}
