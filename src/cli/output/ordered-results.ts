import { type Deferred, deferred } from '../../primitives/deferred.ts';
import { type OutputRecord, recordCost } from './output-record.ts';
import type { RecordWriter } from './record-writer.ts';
import type { Results } from './results.ts';

// Characters that may be held back behind one slow item before new items wait for it.
const HELD_LIMIT = 64 * 1024 * 1024;
// What an entry costs besides its text, so that short records and failures are bounded too.
const ENTRY_COST = 64;
const NO_RECORD = '';

/** Writes records in input order: holds back those that overtook a slower item. */
export class OrderedResults implements Results {
  readonly #writer: RecordWriter;
  readonly #heldLimit: number;
  readonly #held: Map<number, OutputRecord> = new Map();
  #heldSize = 0;
  #next = 1;
  #room: Deferred<void> | undefined;

  constructor(writer: RecordWriter, heldLimit: number = HELD_LIMIT) {
    this.#writer = writer;
    this.#heldLimit = heldLimit;
  }

  get isFull(): boolean {
    return this.#holdsTooMuch || this.#writer.isFull;
  }

  put(id: number, record: OutputRecord): void {
    if (id === this.#next) {
      this.#write(record);
      this.#releaseFollowing();
    } else {
      this.#held.set(id, record);
      this.#heldSize += recordCost(record) + ENTRY_COST;
    }
  }

  pass(id: number): void {
    this.put(id, NO_RECORD);
  }

  /** Cannot wait for ever: items start in input order, so the one that all others wait for is running. */
  waitForRoom(): Promise<void> {
    if (!this.#holdsTooMuch) return this.#writer.waitForRoom();
    this.#room ??= deferred<void>();
    return this.#room.promise;
  }

  release(): void {
    for (const id of [...this.#held.keys()].sort((a, b) => a - b)) {
      this.#next = id;
      this.#releaseFollowing();
    }
  }

  get #holdsTooMuch(): boolean {
    return this.#heldSize >= this.#heldLimit;
  }

  #releaseFollowing(): void {
    for (;;) {
      const record = this.#held.get(this.#next);
      if (record === undefined) break;
      this.#held.delete(this.#next);
      this.#heldSize -= recordCost(record) + ENTRY_COST;
      this.#write(record);
    }
    if (this.#holdsTooMuch) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  #write(record: OutputRecord): void {
    this.#next += 1;
    if (record !== NO_RECORD) this.#writer.push(record);
  }
}
