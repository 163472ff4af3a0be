import { type Clock, currentClock } from '../../primitives/clock.ts';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import { type ByteSink, PartialWriteError } from './byte-sink.ts';

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
    return this.#pending.length >= HIGH_WATER;
  }

  /** Takes one record; never waits. */
  push(record: string): void {
    if (this.#isFailed) return;
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
    while (this.#pending !== '' || this.#writing !== undefined) {
      this.#flush();
      await this.#writing;
    }
    try {
      await this.#sink.close();
    } catch (error) {
      this.#fail(error);
    }
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
    if (this.#writing === undefined && this.#pending !== '') this.#writing = this.#writePending();
  }

  async #writePending(): Promise<void> {
    const text = this.#pending;
    const records = this.#pendingRecords;
    this.#pending = '';
    this.#pendingRecords = 0;
    try {
      await this.#sink.write(text);
      this.#recordsWritten += records;
    } catch (error) {
      const isPartial = error instanceof PartialWriteError;
      if (isPartial) this.#recordsWritten += error.records;
      this.#fail(isPartial ? error.cause : error);
    }
    this.#writing = undefined;
    this.#flush();
    if (!this.isFull) this.#makeRoom();
  }

  #fail(error: unknown): void {
    if (this.#isFailed) return;
    this.#isFailed = true;
    this.#pending = '';
    this.#onFailure(error);
    this.#makeRoom();
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
