import { type Deferred, deferred } from '../../primitives/deferred.ts';
import type { OutputRecord } from '../output/output-record.ts';
import { NO_RECORD } from '../output/records.ts';
import type { Begun, ItemEnd } from './journal-writer.ts';
import { copyHeld, writePieces } from './pieces.ts';
import type { HeldResult } from './records.ts';
import type { ResultWriter, ResultWriterParts } from './result-writer.ts';
import { Turns } from './turns.ts';

/** A result that waits for those of earlier items. It is on disk, and while there is room its text is here too. */
interface Waiting {
  readonly held: HeldResult;
  /** Of its record, if this session wrote it. */
  readonly position?: number;
  text: string | undefined;
}

// Characters of waiting results that are kept in memory. The others are read back.
const MOST_TEXT = 64 * 1024 * 1024;
// Items that may wait, with a result or without: each takes about 100 bytes.
const MOST_WAITING = 1_000_000;

/** Writes results in the order of the input. What overtakes a slower item is held back, on disk. */
export class OrderedResultWriter implements ResultWriter {
  readonly #parts: ResultWriterParts;
  readonly #turns = new Turns();
  /** `undefined` for an item that leaves nothing. */
  readonly #waiting: Map<number, Waiting | undefined> = new Map();
  #next: number;
  #textLength = 0;
  #pump: Promise<void> | undefined;
  #room: Deferred<void> | undefined;

  constructor(parts: ResultWriterParts, firstId: number) {
    this.#parts = parts;
    this.#next = firstId;
  }

  get isFull(): boolean {
    return this.#parts.writer.isFull || this.#waiting.size >= MOST_WAITING;
  }

  put(begun: Begun, end: ItemEnd, record: OutputRecord): number | Promise<number> {
    if (typeof record === 'string' && !this.#turns.isTaken) return this.#putText(begun, end, record);
    return this.#turns.take(() =>
      typeof record === 'string' ? this.#putText(begun, end, record) : this.#putLarge(begun, end, record),
    );
  }

  restore(n: number, held: HeldResult | undefined): void {
    this.#wait(n, held && { held, text: undefined });
  }

  async waitForRoom(): Promise<void> {
    if (this.#waiting.size < MOST_WAITING) return await this.#parts.writer.waitForRoom();
    this.#room ??= deferred();
    await this.#room.promise;
  }

  /** What waits for an item that did not end stays held back: the item comes again, in a later session. */
  async finish(): Promise<void> {
    await this.#turns.take(() => {});
    while (this.#pump !== undefined) await this.#pump;
  }

  #putText(begun: Begun, end: ItemEnd, text: string): number {
    const { writer } = this.#parts;
    if (text === NO_RECORD) {
      const position = writer.end(begun, end, '');
      this.#wait(begun.n, undefined);
      return position;
    }
    if (begun.n === this.#next && this.#pump === undefined) {
      const position = writer.end(begun, end, text);
      this.#next += 1;
      this.#release();
      return position;
    }
    const { position, held } = writer.hold(begun, end, text);
    const waiting: Waiting = { held, position, text };
    this.#textLength += text.length;
    // Until it is written this is the only place where it is.
    if (this.#textLength > MOST_TEXT) void writer.whenSettled(position).then(() => this.#forget(waiting));
    this.#wait(begun.n, waiting);
    return position;
  }

  async #putLarge(begun: Begun, end: ItemEnd, record: Exclude<OutputRecord, string>): Promise<number> {
    const { writer } = this.#parts;
    await writePieces(writer, record, (piece) => writer.heldPiece(piece));
    const { position, held } = writer.hold(begun, end, '');
    this.#wait(begun.n, { held, position, text: undefined });
    return position;
  }

  #wait(n: number, waiting: Waiting | undefined): void {
    this.#waiting.set(n, waiting);
    this.#release();
  }

  /** Puts into the output whatever has its turn. */
  #release(): void {
    const { writer } = this.#parts;
    if (writer.failure !== undefined) return;
    while (this.#pump === undefined && this.#waiting.has(this.#next)) {
      const waiting = this.#waiting.get(this.#next);
      const canWriteNow = waiting === undefined || (waiting.text !== undefined && !this.#turns.isTaken);
      if (!canWriteNow || writer.isFull) {
        this.#pump = this.#releaseSlowly().finally(() => {
          this.#pump = undefined;
          // Something may have come since the last look.
          this.#release();
        });
        return;
      }
      if (waiting?.text !== undefined) writer.writeHeld(waiting.held, waiting.text);
      this.#advance(waiting);
    }
  }

  async #releaseSlowly(): Promise<void> {
    const { writer } = this.#parts;
    while (this.#waiting.has(this.#next) && writer.failure === undefined) {
      const waiting = this.#waiting.get(this.#next);
      if (waiting !== undefined) await this.#turns.take(() => this.#write(waiting));
      this.#advance(waiting);
      while (writer.isFull) await writer.waitForRoom();
    }
  }

  async #write({ held, position, text }: Waiting): Promise<void> {
    const { writer } = this.#parts;
    if (text !== undefined) {
      writer.writeHeld(held, text);
      return;
    }
    if (position !== undefined) await writer.whenSettled(position);
    if (writer.failure === undefined) await copyHeld(this.#parts, held);
  }

  #advance(waiting: Waiting | undefined): void {
    if (waiting !== undefined) this.#forget(waiting);
    this.#waiting.delete(this.#next);
    this.#next += 1;
    if (this.#waiting.size >= MOST_WAITING) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  #forget(waiting: Waiting): void {
    this.#textLength -= waiting.text?.length ?? 0;
    waiting.text = undefined;
  }
}
