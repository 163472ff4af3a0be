import type { Item } from '../input/item.ts';
import type { OutputRecord } from './output-record.ts';
import type { RecordWriter } from './record-writer.ts';
import { NO_RECORD, type Shortfall } from './records.ts';

/** How an item ended. */
type Ending = { readonly status: 'done' } | Shortfall;

/** The same, and how often its function was called. */
export type EndOfItem = Ending & { readonly attempts: number };

/** Takes what the items come to, in the order in which they end. */
export interface Results {
  /**
   * An item has ended; `record` may be `NO_RECORD`. Until the promise resolves, if there is one, the place of the item
   * stays taken. It never rejects.
   */
  put(item: Item, record: OutputRecord, end: EndOfItem): Promise<unknown> | undefined;
  /** Whether no new item should start for now. */
  readonly isFull: boolean;
  waitForRoom(): Promise<void>;
  /** Everything has ended: what is still held back has nothing to wait for. Resolves when it was handed on. */
  finish(): Promise<void>;
}

/** Writes each record as it comes. */
export class UnorderedResults implements Results {
  readonly #writer: RecordWriter;

  constructor(writer: RecordWriter) {
    this.#writer = writer;
  }

  get isFull(): boolean {
    return this.#writer.isFull;
  }

  put(_item: Item, record: OutputRecord): undefined {
    if (record !== NO_RECORD) this.#writer.push(record);
  }

  waitForRoom(): Promise<void> {
    return this.#writer.waitForRoom();
  }

  async finish(): Promise<void> {}
}

/** Hands what the items come to to several takers. The slowest of them decides when there is room. */
export class SharedResults implements Results {
  readonly #takers: readonly Results[];

  constructor(takers: readonly Results[]) {
    this.#takers = takers;
  }

  get isFull(): boolean {
    return this.#takers.some((taker) => taker.isFull);
  }

  put(item: Item, record: OutputRecord, end: EndOfItem): Promise<unknown> | undefined {
    const waits = this.#takers
      .map((taker) => taker.put(item, record, end))
      .filter((wait) => wait !== undefined);
    return waits.length > 0 ? Promise.all(waits) : undefined;
  }

  async waitForRoom(): Promise<void> {
    await Promise.all(this.#takers.map((taker) => taker.waitForRoom()));
  }

  async finish(): Promise<void> {
    await Promise.all(this.#takers.map((taker) => taker.finish()));
  }
}
