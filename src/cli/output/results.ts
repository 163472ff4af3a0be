import type { OutputRecord } from './output-record.ts';
import type { RecordWriter } from './record-writer.ts';

/** Takes what the items come to, in the order in which they end. */
export interface Results {
  /** Item `id` has a record. */
  put(id: number, record: OutputRecord): void;
  /** Item `id` has none: it failed or was skipped. */
  pass(id: number): void;
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

  put(_id: number, record: OutputRecord): void {
    this.#writer.push(record);
  }

  pass(): void {}

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

  put(id: number, record: string): void {
    for (const taker of this.#takers) taker.put(id, record);
  }

  pass(id: number): void {
    for (const taker of this.#takers) taker.pass(id);
  }

  async waitForRoom(): Promise<void> {
    await Promise.all(this.#takers.map((taker) => taker.waitForRoom()));
  }

  async finish(): Promise<void> {
    await Promise.all(this.#takers.map((taker) => taker.finish()));
  }
}
