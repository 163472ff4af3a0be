import type { OutputRecord } from '../output/output-record.ts';
import type { HeldFiles } from './held-file.ts';
import type { Begun, ItemEnd, JournalWriter } from './journal-writer.ts';
import { copyHeld, writePieces } from './pieces.ts';
import type { HeldResult } from './records.ts';
import type { TextEncoding } from './text-buffer.ts';
import { Turns } from './turns.ts';

/** Records how items ended, with what they leave in the output. */
export interface ResultWriter {
  /** The item has ended. The position of its record, once that is known. */
  put(begun: Begun, end: ItemEnd, record: OutputRecord): number | Promise<number>;
  /** Item `n` ended in an earlier session, which left a result to be put into the output, or none. */
  restore(n: number, held: HeldResult | undefined): void;
  /** Whether no new item should start for now. */
  readonly isFull: boolean;
  waitForRoom(): Promise<void>;
  /** Resolves when all that can be put into the output was. */
  finish(): Promise<void>;
}

/** What result writers work with. */
export interface ResultWriterParts {
  readonly writer: JournalWriter;
  readonly heldFiles: HeldFiles;
  readonly encoding: TextEncoding;
}

/** Writes each result as it comes. */
export class PlainResultWriter implements ResultWriter {
  readonly #parts: ResultWriterParts;
  readonly #turns = new Turns();

  constructor(parts: ResultWriterParts) {
    this.#parts = parts;
  }

  get isFull(): boolean {
    return this.#parts.writer.isFull;
  }

  put(begun: Begun, end: ItemEnd, record: OutputRecord): number | Promise<number> {
    const { writer } = this.#parts;
    if (typeof record === 'string') {
      if (!this.#turns.isTaken) return writer.end(begun, end, record);
      return this.#turns.take(() => writer.end(begun, end, record));
    }
    return this.#turns.take(async () => {
      await writePieces(writer, record, (piece) => writer.piece(piece));
      return writer.end(begun, end, '');
    });
  }

  // Held back by a run that was ordered, and resumed as one that is not.
  restore(_n: number, held: HeldResult | undefined): void {
    if (held !== undefined) void this.#turns.take(() => copyHeld(this.#parts, held));
  }

  waitForRoom(): Promise<void> {
    return this.#parts.writer.waitForRoom();
  }

  async finish(): Promise<void> {
    await this.#turns.take(() => {});
  }
}
