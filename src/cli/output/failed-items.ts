import { type CsvHeader, hasSameColumns, otherColumns } from '../input/csv-columns.ts';
import type { Item, RawItem } from '../input/item.ts';
import type { OutputRecord } from './output-record.ts';
import type { RecordWriter } from './record-writer.ts';
import type { EndOfItem, Results } from './results.ts';

/**
 * Writes items that failed or were cancelled as they were read, byte for byte, so that the file is an input of the
 * same format: bad lines too, and CSV below its header. An item that was not kept, such as a line of gigabytes, is
 * only counted.
 *
 * The writer takes text in which each character is one byte (`latin1`): what is no UTF-8 has no other text.
 */
export class FailedItems implements Results {
  readonly #writer: RecordWriter;
  readonly #separator: string;
  #header: { readonly header: CsvHeader; readonly source: string | undefined } | undefined;
  #hasWritten = false;
  #lost = 0;

  constructor(writer: RecordWriter, separator: string) {
    this.#writer = writer;
    this.#separator = separator;
  }

  /** Items that failed and could not be kept. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes the header of an input. Throws when its rows cannot stand under the one there is. */
  setHeader(header: CsvHeader, source: string | undefined): void {
    this.#header ??= { header, source };
    if (!hasSameColumns(header, this.#header.header)) throw otherColumns(source, this.#header.source);
  }

  put(item: Item, _record: OutputRecord, { status }: Pick<EndOfItem, 'status'>): undefined {
    if (status === 'failed' || status === 'cancelled') this.add(item);
  }

  /** Takes an item that failed before this run. */
  add({ raw }: Pick<Item, 'raw'>): void {
    const parts = listOf(raw);
    if (parts.length === 0) {
      this.#lost += 1;
      return;
    }
    if (!this.#hasWritten && this.#header !== undefined) this.#write(this.#header.header.raw);
    this.#hasWritten = true;
    for (const part of parts) this.#write(part);
  }

  get isFull(): boolean {
    return this.#writer.isFull;
  }

  waitForRoom(): Promise<void> {
    return this.#writer.waitForRoom();
  }

  finish(): Promise<void> {
    return this.#writer.close();
  }

  #write(part: RawItem): void {
    const bytes = typeof part === 'string' ? Buffer.from(part) : Buffer.from(part);
    this.#writer.push(bytes.toString('latin1') + this.#separator);
  }
}

function listOf(raw: Item['raw']): readonly RawItem[] {
  if (raw === undefined) return [];
  return typeof raw === 'string' || raw instanceof Uint8Array ? [raw] : raw;
}
