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
  /** Everything has ended: what is still held back has nothing to wait for. */
  release(): void;
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

  release(): void {}
}
