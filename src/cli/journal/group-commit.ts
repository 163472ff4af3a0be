import { type Clock, currentClock, type Timer } from '../../primitives/clock.ts';
import { type Deferred, deferred, ignore } from '../../primitives/deferred.ts';
import type { CliError } from '../cli-error.ts';
import { append } from './append.ts';
import { Batch, type Extent } from './batch.ts';
import type { CommitFiles, CommitOptions, Entry } from './commit-parts.ts';
import { orJournalError } from './journal-error.ts';
import { LineChain } from './line-chain.ts';
import { Milestone } from './milestone.ts';
import { encodeLine, type JournalRecord } from './records.ts';

// One sync takes some ms. Up to this much finished work may have to be done again after a power loss.
const SYNC_EVERY = 50;
const SYNC_BYTES = 1024 * 1024;
// What may wait for a slow disk before new items are held back.
const HIGH_WATER = 1024 * 1024;

/**
 * Writes results and the records about them, together for all that come in a turn of the event loop or while a write
 * is under way. Two things go on side by side:
 *
 * - writing: results, then their records. A process that dies has lost only what it had not written. A record whose
 *   result is missing is caught by the checksum of the result that it holds.
 * - syncing, every 50 ms or 1 MB: the results that were written, then a `sync` record that says so, then the log. Up
 *   to such a record nothing has to be checked again.
 *
 * The other way round, log first, a power loss would leave records that vouch for results that are not there.
 */
export class GroupCommit {
  readonly #files: CommitFiles;
  readonly #options: CommitOptions;
  readonly #clock: Clock;
  readonly #chain: LineChain;
  readonly #durable = new Milestone();
  #taken = 0;
  #written = 0;
  #batch: Batch;
  // Takes turns with the one above: one is filled while the other is written.
  #otherBatch: Batch;
  #writtenExtent: Extent;
  #durableExtent: Extent;
  #unsyncedBytes = 0;
  #isScheduled = false;
  #failure: CliError | undefined;
  /** Whether the log ends with the last line that was sealed. */
  #isLogWhole = true;
  #writing: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #syncTimer: Timer | undefined;
  #room: Deferred<void> | undefined;

  /** `after` is the end of what is already there: the checksum of the last line, and the length of the output. */
  constructor(files: CommitFiles, after: { chain: number; output: number }, options: CommitOptions) {
    this.#files = files;
    this.#options = options;
    this.#clock = options.clock ?? currentClock();
    this.#chain = new LineChain(after.chain);
    const extent = { output: after.output, ended: 0 };
    this.#writtenExtent = extent;
    this.#durableExtent = extent;
    this.#batch = new Batch(extent);
    this.#otherBatch = new Batch(extent);
  }

  /** What went wrong, if anything did. */
  get failure(): CliError | undefined {
    return this.#failure;
  }

  /** How far the system has taken things: this outlives the process. */
  get written(): Extent {
    return this.#writtenExtent;
  }

  /** How far things outlive a power loss; with sync `none`, the same as `written`. */
  get durable(): Extent {
    return this.#durableExtent;
  }

  /** Whether so much waits here that no new item should start. */
  get isFull(): boolean {
    return this.#batch.size >= HIGH_WATER;
  }

  /** Takes one record and returns its position, from 1. Never waits. After a failure it takes nothing. */
  push({ record, output, held, extent }: Entry): number {
    this.#taken += 1;
    if (this.#failure !== undefined) return this.#taken;
    const batch = this.#batch;
    batch.records.push(record);
    if (output !== undefined) batch.output.add(output, this.#options.encoding);
    if (held !== undefined) batch.held.add(held, this.#options.encoding);
    if (extent !== undefined) batch.extent = extent;
    batch.last = this.#taken;
    this.#scheduleWrite();
    return this.#taken;
  }

  /** Takes a record back that is not on its way yet. False if it is. */
  tryWithdraw(position: number): boolean {
    const { records } = this.#batch;
    const index = records.length - 1 - (this.#taken - position);
    if (index < 0 || this.#failure !== undefined) return false;
    records[index] = undefined;
    return true;
  }

  /** Resolves when the record and its result outlive the process, or never will: that is told to `onFailure`. */
  whenSettled(position: number): Promise<void> {
    if (position <= this.#written || this.#failure !== undefined) return settled;
    const isOnItsWay = position <= this.#otherBatch.last;
    return isOnItsWay ? this.#otherBatch.whenSettled() : this.#batch.whenSettled();
  }

  /** Resolves when the record and its result outlive a power loss; rejects when they never will. */
  whenDurable(position: number): Promise<void> {
    return this.#durable.wait(position);
  }

  /** Resolves when there is room again, and after a failure: what waits then has nothing to wait for. */
  waitForRoom(): Promise<void> {
    if (!this.isFull || this.#failure !== undefined) return Promise.resolve();
    this.#room ??= deferred<void>();
    return this.#room.promise;
  }

  /**
   * Writes and syncs what is left and closes the files. Where results could not be written, the log still says that the
   * session has ended, with `farewell`: else it would look like a crash. Never rejects: `failure` tells.
   */
  async close(farewell: JournalRecord): Promise<void> {
    const last = this.#taken;
    while (this.#failure === undefined && this.#durable.reached < last) {
      this.#write();
      await this.#writing;
      if (this.#durable.reached < last) this.#sync();
      await this.#syncing;
    }
    this.#syncTimer?.clear();
    // If one of the two failed, the other may still be using a file.
    await Promise.all([this.#writing, this.#syncing]);
    if (this.#failure !== undefined && this.#isLogWhole) await this.#takeLeave(farewell);
    const { output, held, log } = this.#files;
    const closed = Promise.all([output?.close(), held?.close(), log.close()]).then(ignore);
    await this.#attempt(orJournalError('close', log.path, closed));
  }

  async #takeLeave(farewell: JournalRecord): Promise<void> {
    const { log } = this.#files;
    try {
      await log.append(Buffer.from(this.#chain.seal(encodeLine(farewell))));
      await log.datasync();
    } catch {
      // The disk is full for the log as well. What went wrong was told.
    }
  }

  #scheduleWrite(): void {
    if (this.#isScheduled || this.#writing !== undefined) return;
    this.#isScheduled = true;
    if (this.#options.isQuiet === undefined) this.#clock.nextTurn(this.#writeNow);
    else process.nextTick(this.#writeOrWait);
  }

  readonly #writeOrWait = (): void => {
    if (this.#options.isQuiet?.()) this.#writeNow();
    else this.#clock.nextTurn(this.#writeNow);
  };

  readonly #writeNow = (): void => {
    this.#isScheduled = false;
    this.#write();
  };

  #write(): void {
    if (this.#batch.size > 0) this.#writing ??= this.#attempt(this.#writeBatch());
  }

  async #writeBatch(): Promise<void> {
    const { output, held, log } = this.#files;
    const batch = this.#batch;
    this.#batch = this.#otherBatch.restart(batch);
    this.#otherBatch = batch;
    if (held !== undefined && batch.held.length > 0) await append(held, batch.held);
    if (output !== undefined && batch.output.length > 0) await append(output, batch.output);
    // Not before: what is sealed is the line that the next one follows.
    for (const record of batch.records) {
      if (record !== undefined) batch.lines.add(this.#chain.seal(encodeLine(record)));
    }
    this.#isLogWhole = false;
    if (batch.lines.length > 0) await append(log, batch.lines);
    this.#isLogWhole = true;
    this.#writtenExtent = batch.extent;
    this.#unsyncedBytes += batch.size;
    this.#writing = undefined;
    this.#written = batch.last;
    batch.settle();
    this.#makeRoom();
    this.#scheduleSync();
    // Not at once: items that go on now start others, and all of them share the next write.
    if (this.#batch.size > 0) this.#scheduleWrite();
  }

  #scheduleSync(): void {
    const { sync } = this.#options;
    if (sync === 'none') this.#becomeDurable(this.#written, this.#writtenExtent);
    else if (this.#syncing !== undefined) return;
    else if (sync === 'always' || this.#unsyncedBytes >= SYNC_BYTES) this.#sync();
    else this.#syncTimer ??= this.#clock.setTimer(() => this.#sync(), SYNC_EVERY);
  }

  #sync(): void {
    this.#syncTimer?.clear();
    this.#syncTimer = undefined;
    this.#syncing ??= this.#attempt(this.#syncWritten());
  }

  async #syncWritten(): Promise<void> {
    const { output, held, log } = this.#files;
    // What is written from here on belongs to the next sync.
    const position = this.#written;
    const extent = this.#writtenExtent;
    this.#unsyncedBytes = 0;
    if (held !== undefined) await orJournalError('sync', held.path, held.datasync());
    if (output !== undefined) await orJournalError('sync', output.path, output.datasync());
    const mark = this.push({ record: { t: 'sync', output: extent.output } });
    this.#write();
    await this.whenSettled(mark);
    if (this.#failure !== undefined) return;
    this.#isLogWhole = false;
    await orJournalError('sync', log.path, log.datasync());
    this.#isLogWhole = true;
    // Records that came in between are on disk too, but not surely their results.
    const isNextToMark = position + 1 === mark;
    this.#becomeDurable(isNextToMark ? mark : position, extent);
    this.#syncing = undefined;
    // A mark alone is not worth a sync: it would bring the next mark, and so on without end.
    if (this.#written > mark || !isNextToMark) this.#scheduleSync();
  }

  #becomeDurable(position: number, extent: Extent): void {
    this.#durableExtent = extent;
    this.#durable.reach(position);
  }

  /** Waits for one of the two, and stops both if it fails. */
  async #attempt(doing: Promise<void>): Promise<void> {
    try {
      await doing;
    } catch (error) {
      // All that is awaited there makes a CliError of what went wrong, or rejects with the one that came first.
      this.fail(error as CliError);
    }
  }

  /** Stops: what was taken and not written never will be. */
  fail(error: CliError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const batch of [this.#batch, this.#otherBatch]) batch.settle();
    this.#batch = new Batch(this.#writtenExtent);
    this.#syncTimer?.clear();
    this.#durable.fail(error);
    this.#makeRoom();
    this.#options.onFailure(error);
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}

const settled = Promise.resolve();
