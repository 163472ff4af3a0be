import type { Item, ItemCount, ItemSource } from '../input/item.ts';

/** Hands out one input in steps: each goes on where the one before has ended, so no item is used twice. */
export class FreshItems {
  readonly #source: ItemSource;
  readonly #chunks: AsyncIterator<Iterable<Item>>;
  readonly #onUnreadable: (item: Item) => void;
  #chunk: Iterator<Item> | undefined;
  #given = 0;
  #isExhausted = false;

  constructor(source: ItemSource, onUnreadable: (item: Item) => void) {
    this.#source = source;
    this.#chunks = source[Symbol.asyncIterator]();
    this.#onUnreadable = onUnreadable;
  }

  /** Items handed out by all steps. */
  get given(): number {
    return this.#given;
  }

  /** Whether the end of the input was met. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** The next items, until `isEnough` of them have been handed out. What cannot be read is left out. */
  step(isEnough: (given: number) => boolean): ItemSource {
    const first = this.#given;
    const isOver = (): boolean => isEnough(this.#given - first);
    return {
      itemsWaiting: 0,
      isExhausted: false,
      expectedItems: (): ItemCount | undefined => undefined,
      stop: () => this.#source.stop(),
      [Symbol.asyncIterator]: () => this.#chunksUntil(isOver),
    };
  }

  async *#chunksUntil(isOver: () => boolean): AsyncGenerator<Iterable<Item>> {
    while (!isOver()) {
      if (this.#chunk === undefined) {
        const { done, value } = await this.#chunks.next();
        if (done) {
          this.#isExhausted = true;
          return;
        }
        this.#chunk = value[Symbol.iterator]();
      }
      yield this.#itemsUntil(isOver, this.#chunk);
    }
  }

  *#itemsUntil(isOver: () => boolean, chunk: Iterator<Item>): Generator<Item> {
    while (!isOver()) {
      const { done, value } = chunk.next();
      if (done) {
        this.#chunk = undefined;
        return;
      }
      if (value.error === undefined) {
        this.#given += 1;
        yield value;
      } else this.#onUnreadable(value);
    }
  }
}
