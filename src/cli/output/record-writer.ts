import { type Clock, currentClock } from '../../primitives/clock.ts';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import { type ByteSink, PartialWriteError } from './byte-sink.ts';
import type { LargeRecord, OutputRecord } from './output-record.ts';

// A pipe takes 64 KiB at a time; more in one write saves nothing, less costs more calls.
const WRITE_NOW = 64 * 1024;
// What may wait for a slow reader or disk before new items are held back.
const HIGH_WATER = 1024 * 1024;

/**
 * Collects records and writes them together, whole. A record that comes alone is written in the same turn of the
 * event loop; records that come while a write is under way wait for it and share the next one.
 */
export class RecordWriter {
  readonly #sink: ByteSink;
  readonly #clock: Clock;
  readonly #onFailure: (error: unknown) => void;
  #pending = '';
  #pendingRecords = 0;
  /** What comes before `#pending`, when there are large records: each with the text that comes before it. */
  readonly #large: { readonly text: string; readonly records: number; readonly record: LargeRecord }[] = [];
  #recordsWritten = 0;
  #headers = 0;
  #isScheduled = false;
  #isFailed = false;
  #writing: Promise<void> | undefined;
  #room: Deferred<void> | undefined;

  constructor(sink: ByteSink, onFailure: (error: unknown) => void, clock: Clock = currentClock()) {
    this.#sink = sink;
    this.#onFailure = onFailure;
    this.#clock = clock;
  }

  /** Records that the system has taken. */
  get recordsWritten(): number {
    return Math.max(0, this.#recordsWritten - this.#headers);
  }

  /** Whether a write has failed: nothing more gets out. */
  get isFailed(): boolean {
    return this.#isFailed;
  }

  /** Whether so much waits here that no new item should start. */
  get isFull(): boolean {
    return this.#pending.length >= HIGH_WATER || this.#large.length > 0;
  }

  /** Takes one record; never waits. */
  push(record: OutputRecord): void {
    if (this.#isFailed) return;
    if (typeof record !== 'string') {
      this.#pushLarge(record);
      return;
    }
    this.#pending += record;
    this.#pendingRecords += 1;
    if (this.#writing !== undefined) return;
    if (this.#pending.length >= WRITE_NOW) this.#flush();
    else this.#scheduleFlush();
  }

  /** Takes what stands before the first record and is none itself. */
  pushHeader(header: string): void {
    this.#headers += 1;
    this.push(header);
  }

  /** Resolves when there is room again, and after a failure: what waits then has nothing to wait for. */
  waitForRoom(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    this.#room ??= deferred<void>();
    return this.#room.promise;
  }

  /** Writes what is left and closes the sink. */
  async close(): Promise<void> {
    while (this.#hasPending || this.#writing !== undefined) {
      this.#flush();
      await this.#writing;
    }
    try {
      await this.#sink.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  get #hasPending(): boolean {
    return this.#pending !== '' || this.#large.length > 0;
  }

  #pushLarge(record: LargeRecord): void {
    this.#large.push({ text: this.#pending, records: this.#pendingRecords, record });
    this.#pending = '';
    this.#pendingRecords = 0;
    this.#flush();
  }

  #scheduleFlush(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.nextTurn(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#writing === undefined && this.#hasPending) this.#writing = this.#writePending();
  }

  /** The next text to write, with the large record that follows it, if one does. */
  #takePending(): { text: string; records: number; record?: LargeRecord } {
    const large = this.#large.shift();
    if (large !== undefined) return large;
    const taken = { text: this.#pending, records: this.#pendingRecords };
    this.#pending = '';
    this.#pendingRecords = 0;
    return taken;
  }

  async #writePending(): Promise<void> {
    const { text, records, record } = this.#takePending();
    try {
      if (text !== '') await this.#sink.write(text);
      this.#recordsWritten += records;
      if (record !== undefined) await this.#writeLarge(record);
    } catch (error) {
      const isPartial = error instanceof PartialWriteError;
      if (isPartial) this.#recordsWritten += error.records;
      this.#fail(isPartial ? error.cause : error);
    }
    this.#writing = undefined;
    this.#flush();
    if (!this.isFull) this.#makeRoom();
  }

  async #writeLarge(record: LargeRecord): Promise<void> {
    for await (const piece of record.pieces()) if (piece !== '') await this.#sink.write(piece);
    this.#recordsWritten += 1;
  }

  #fail(error: unknown): void {
    if (this.#isFailed) return;
    this.#isFailed = true;
    this.#pending = '';
    this.#large.length = 0;
    this.#onFailure(error);
    this.#makeRoom();
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
