import type { OutputRecord } from './output-record.ts';
import { SpillFile } from './spill-file.ts';
import type { SpilledRun } from './spilled-run.ts';

// What an entry costs besides its text, so that short records and failures are bounded too.
const ENTRY_COST = 64;
// Large records are on disk already, and each costs a file descriptor. Copying them into the file would take long and
// they would have to be read back whole; so these few may wait, and then new items do.
const MOST_LARGE = 64;

/**
 * Records that overtook a slower item, by the number of their item. Past half of `limit` characters they are moved
 * to a file, while the other half takes those that come meanwhile; only when both are full is there no room for now.
 * So memory holds at most `limit` characters of text, a block of 256 KiB for each time that this happened, and the
 * record that went past the limit. Large records stay as they are.
 */
export class HeldRecords {
  readonly #limit: number;
  readonly #open: () => SpillFile;
  #file: SpillFile | undefined;
  #records: Map<number, OutputRecord> = new Map();
  #size = 0;
  #large = 0;
  /** What is on disk, by the id of the first record of each run. */
  readonly #runs: Map<number, SpilledRun> = new Map();
  #spilling: Promise<void> | undefined;
  /** Runs that are not used up. While there is none, the file is written from its start again. */
  #unfinished = 0;

  constructor(limit: number, open: () => SpillFile = () => new SpillFile()) {
    this.#limit = limit;
    this.#open = open;
  }

  /** The file, for a message about it. */
  get fileName(): string | undefined {
    return this.#file?.name;
  }

  /** Whether a record has to wait: for the disk, or for large ones to be taken. */
  get isFull(): boolean {
    if (this.#large >= MOST_LARGE) return true;
    return this.#spilling !== undefined && this.#size >= this.#limit / 2;
  }

  /** Whether records are on disk or on their way there, so that they can only be taken by waiting. */
  get hasSpilled(): boolean {
    return this.#spilling !== undefined || this.#runs.size > 0;
  }

  /** Whether the record of an item is here, as far as is known while others are on their way to the disk. */
  mayHave(id: number): boolean {
    return this.#records.has(id) || this.#runs.has(id) || this.#spilling !== undefined;
  }

  /** The smallest number there is; not while records are on their way to the disk. */
  get first(): number | undefined {
    let first: number | undefined;
    for (const ids of [this.#records.keys(), this.#runs.keys()]) {
      for (const id of ids) if (first === undefined || id < first) first = id;
    }
    return first;
  }

  add(id: number, record: OutputRecord): void {
    this.#records.set(id, record);
    this.#count(record, 1);
  }

  /** Whether there is so much that some of it should go to the disk now. */
  get wantsToSpill(): boolean {
    return this.#spilling === undefined && this.#size >= this.#limit / 2;
  }

  /** Moves all text that is in memory to the disk. */
  spill(): Promise<void> {
    this.#spilling ??= this.#spillAll().finally(() => {
      this.#spilling = undefined;
    });
    return this.#spilling;
  }

  /** Takes a record out of memory. */
  take(id: number): OutputRecord | undefined {
    const record = this.#records.get(id);
    if (record === undefined) return undefined;
    this.#records.delete(id);
    this.#count(record, -1);
    return record;
  }

  /** Takes a record from wherever it is. */
  async takeAnywhere(id: number): Promise<OutputRecord | undefined> {
    const held = this.take(id);
    if (held !== undefined) return held;
    // It may be among those on their way; from there it can be had only when they have arrived.
    if (!this.#runs.has(id)) await this.#spilling;
    const run = this.#runs.get(id);
    if (run?.head === undefined) return this.take(id);
    const { record } = run.head;
    this.#runs.delete(id);
    run.advance();
    if (run.needsLoad) await run.load();
    if (run.head !== undefined) this.#runs.set(run.head.id, run);
    else this.#unfinished -= 1;
    return record;
  }

  /** Resolves when nothing is on its way to the disk. */
  async settle(): Promise<void> {
    while (this.#spilling !== undefined) await this.#spilling;
  }

  /** Waits for what is on its way, and removes the file. */
  async close(): Promise<void> {
    await this.settle();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #spillAll(): Promise<void> {
    const entries: [id: number, record: string][] = [];
    for (const [id, record] of this.#records) {
      if (typeof record !== 'string') continue;
      entries.push([id, record]);
      this.take(id);
    }
    entries.sort(([a], [b]) => a - b);
    this.#file ??= this.#open();
    if (this.#unfinished === 0) this.#file.rewind();
    this.#unfinished += 1;
    const run = await this.#file.add(entries);
    if (run.head !== undefined) this.#runs.set(run.head.id, run);
  }

  #count(record: OutputRecord, sign: 1 | -1): void {
    if (typeof record === 'string') this.#size += sign * (record.length + ENTRY_COST);
    else this.#large += sign;
  }
}
