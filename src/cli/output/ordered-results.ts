import { type Deferred, deferred } from '../../primitives/deferred.ts';
import type { Item } from '../input/item.ts';
import { HeldRecords } from './held-records.ts';
import type { OutputRecord } from './output-record.ts';
import type { RecordWriter } from './record-writer.ts';
import { NO_RECORD } from './records.ts';
import type { Results } from './results.ts';

// Characters of results that may be held in memory behind one slow item. More go to a file.
const HELD_LIMIT = 64 * 1024 * 1024;

/** What ordered results need to know besides where they go. */
export interface OrderedOptions {
  /** The number of the first item. */
  readonly firstId?: number;
  readonly held?: HeldRecords;
  /** Results were lost: the file that holds them back could not be written or read. */
  readonly onFailure: (error: unknown, fileName: string) => void;
}

/**
 * Writes records in input order: holds back those that overtook a slower item, in memory up to 64 Mi characters and
 * beyond in a file of the system's temporary folder, so that one slow item does not hold up the others. See
 * `HeldRecords` for what bounds memory.
 */
export class OrderedResults implements Results {
  readonly #writer: RecordWriter;
  readonly #held: HeldRecords;
  readonly #onFailure: OrderedOptions['onFailure'];
  #next: number;
  #isFailed = false;
  /** Hands on what is on disk, as fast as the writer takes it. */
  #pump: Promise<void> | undefined;
  #room: Deferred<void> | undefined;

  constructor(writer: RecordWriter, options: OrderedOptions) {
    this.#writer = writer;
    this.#next = options.firstId ?? 1;
    this.#held = options.held ?? new HeldRecords(HELD_LIMIT);
    this.#onFailure = options.onFailure;
  }

  get isFull(): boolean {
    return !this.#isFailed && (this.#held.isFull || this.#writer.isFull);
  }

  put({ id }: Pick<Item, 'id'>, record: OutputRecord): undefined {
    if (this.#isFailed) return;
    if (id === this.#next && this.#pump === undefined) {
      this.#write(record);
      this.#releaseFollowing();
    } else {
      this.#held.add(id, record);
      if (this.#held.wantsToSpill) void this.#spill();
    }
  }

  /** Waits for the disk or the writer, never for an item; unless too many large records wait for one that runs. */
  waitForRoom(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    if (!this.#held.isFull) return this.#writer.waitForRoom();
    this.#room ??= deferred<void>();
    return this.#room.promise;
  }

  async finish(): Promise<void> {
    await this.#pump;
    try {
      // Numbers that never came are those of items that were given up.
      while (!this.#isLost) {
        await this.#held.settle();
        const { first } = this.#held;
        if (first === undefined) break;
        this.#next = first;
        await this.#release();
      }
      await this.#held.close();
    } catch (error) {
      this.#fail(error);
    }
  }

  // Most runs never come here with anything on disk, and then it costs no turn of the event loop.
  #releaseFollowing(): void {
    if (this.#held.hasSpilled) {
      if (!this.#held.mayHave(this.#next)) return;
      this.#pump = this.#release().catch((error: unknown) => this.#fail(error));
      return;
    }
    for (;;) {
      const record = this.#held.take(this.#next);
      if (record === undefined) return;
      this.#write(record);
    }
  }

  async #release(): Promise<void> {
    while (!this.#isLost) {
      // What comes from now on must start a pump of its own: so this is asked and told in one turn.
      if (!this.#held.mayHave(this.#next)) {
        this.#pump = undefined;
        return;
      }
      const record = await this.#held.takeAnywhere(this.#next);
      if (record !== undefined) this.#write(record);
      while (this.#writer.isFull && !this.#isLost) await this.#writer.waitForRoom();
    }
  }

  /** Whether there is nobody left to write for. */
  get #isLost(): boolean {
    return this.#isFailed || this.#writer.isFailed;
  }

  async #spill(): Promise<void> {
    try {
      await this.#held.spill();
    } catch (error) {
      this.#fail(error);
    }
    this.#makeRoom();
    // What came meanwhile may be too much again.
    if (!this.#isFailed && this.#held.wantsToSpill) void this.#spill();
  }

  #fail(error: unknown): void {
    if (this.#isFailed) return;
    this.#isFailed = true;
    this.#onFailure(error, this.#held.fileName ?? 'the temporary folder');
    this.#makeRoom();
  }

  #write(record: OutputRecord): void {
    this.#next += 1;
    if (record !== NO_RECORD) this.#writer.push(record);
    // Room may have been missing for want of this one alone.
    if (typeof record !== 'string') this.#makeRoom();
  }

  // Whoever waited asks again: there may be none after all.
  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
