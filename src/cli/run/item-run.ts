import type { GreenPool } from '../../core/green-pool.ts';
import { getcurrent } from '../../core/spawn.ts';
import { deferred } from '../../primitives/deferred.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Item, ItemSource } from '../input/item.ts';
import type { FailedItems } from '../output/failed-items.ts';
import { NO_RECORD, type Shortfall } from '../output/records.ts';
import type { Results } from '../output/results.ts';
import { RunningItem } from './running-item.ts';
import { SlotNumbers } from './slot-numbers.ts';
import type { Tally } from './tally.ts';
import type { Work } from './work.ts';

/** What a run is made of. */
export interface RunParts {
  readonly pool: GreenPool;
  readonly work: Pick<Work, 'call' | 'records'>;
  readonly reader: ItemSource;
  readonly results: Results;
  /** Keeps the items that fail, where somebody wants them. */
  readonly failedItems?: FailedItems | undefined;
  readonly tally: Tally;
  readonly failures: FailureTable;
  readonly log: (...values: unknown[]) => void;
}

/** An item's place in the input. */
export type ItemPlace = Pick<Item, 'line' | 'source'>;

/**
 * Takes items from the reader, runs each in a slot of the pool and hands on what it comes to. The reader is asked
 * for more only when a slot is free and the results have room, so memory does not grow with the input.
 */
export class ItemRun {
  readonly #parts: RunParts;
  readonly #slots: SlotNumbers = new SlotNumbers();
  /** What runs, by slot. */
  readonly #running: (RunningItem | undefined)[] = [];
  readonly #abandoned = deferred<void>();
  readonly #task = (item: Item): Promise<void> => this.#runItem(item);
  #state: 'running' | 'draining' | 'cancelled' = 'running';
  #firstLeft: Item | undefined;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Whether items of the input were left alone because the run was stopped. */
  get hasWorkLeft(): boolean {
    return this.#state !== 'running' && (this.#firstLeft !== undefined || !this.#parts.reader.isExhausted);
  }

  /** The first item that was left alone, if it was read at all. */
  get firstLeft(): ItemPlace | undefined {
    return this.#firstLeft;
  }

  /** Runs everything. Resolves when all started items have ended, or were given up. Never rejects for an item. */
  async run(): Promise<void> {
    await Promise.race([this.#feed().then(() => this.#parts.pool.waitall()), this.#abandoned.promise]);
    await this.#parts.results.finish();
  }

  /** Starts no more items; those that run go on. */
  drain(): void {
    if (this.#state !== 'running') return;
    this.#state = 'draining';
    this.#parts.reader.stop();
  }

  /** Starts no more items and kills those that run. The run ends when their functions have. */
  cancel(reason: unknown): void {
    this.drain();
    if (this.#state === 'cancelled') return;
    this.#state = 'cancelled';
    void this.#parts.pool.kill(reason);
  }

  /** Waits no longer for functions that do not end. */
  abandon(reason: unknown): void {
    this.drain();
    for (const running of this.#running) if (running !== undefined) this.#fail(running, reason);
    this.#abandoned.resolve();
  }

  async #feed(): Promise<void> {
    const { pool, reader, results } = this.#parts;
    for await (const items of reader) {
      for (const item of items) {
        if (this.#state !== 'running') return this.#leave(item);
        if (item.error !== undefined) this.#countFailure(item, item.error);
        // Waiting costs a turn of the microtask queue: only a full pool or a full output is worth one.
        else if (pool.trySpawn(this.#task, item) === undefined) await this.#waitForSlot(item);
        while (results.isFull && this.#state === 'running') await results.waitForRoom();
      }
    }
  }

  async #waitForSlot(item: Item): Promise<void> {
    try {
      await this.#parts.pool.spawnN(this.#task, item);
    } catch {
      // The pool was killed while the item still waited.
      this.#leave(item);
    }
  }

  async #runItem(item: Item): Promise<void> {
    // The stop came while the item waited for its slot.
    if (this.#state !== 'running') return this.#leave(item);
    const { work, tally } = this.#parts;
    const slot = this.#slots.take();
    const running = new RunningItem(item, this.#parts, { slot, thread: getcurrent() });
    this.#running[slot] = running;
    tally.running += 1;
    try {
      work.records.begin(item);
      const result = await work.call(item.value, running);
      if (running.skipReason !== undefined) this.#skip(running, running.skipReason);
      else this.#succeed(running, result);
    } catch (error) {
      if (running.skipReason !== undefined) this.#skip(running, running.skipReason);
      else this.#fail(running, error);
    }
  }

  #succeed(running: RunningItem, result: unknown): void {
    // Given up before: its envelope is written, and another one must not be made.
    if (running.hasEnded) return;
    const record = this.#parts.work.records.succeed(running.item, result, running.attempt);
    if (this.#end(running, 'done')) this.#parts.results.put(running.id, record);
  }

  #fail(running: RunningItem, error: unknown): void {
    const status = this.#state === 'cancelled' ? 'cancelled' : 'failed';
    if (!this.#end(running, status)) return;
    if (status === 'failed') this.#parts.failures.add(running.item, error);
    this.#parts.failedItems?.add(running.item);
    this.#fallShort(running.item, { status, error }, running.attempt);
  }

  #skip(running: RunningItem, reason: string): void {
    if (!this.#end(running, 'skipped')) return;
    this.#parts.tally.countSkip(reason);
    this.#fallShort(running.item, { status: 'skipped', reason }, running.attempt);
  }

  #fallShort(item: Item, why: Shortfall, attempts: number): void {
    const { work, results } = this.#parts;
    const record = work.records.fallShort(item, why, attempts);
    if (record === NO_RECORD) results.pass(item.id);
    else results.put(item.id, record);
  }

  /** False if the item has ended before: it was given up, and its function came back after all. */
  #end(running: RunningItem, outcome: 'done' | 'failed' | 'skipped' | 'cancelled'): boolean {
    if (!running.end()) return false;
    this.#running[running.slot] = undefined;
    this.#slots.give(running.slot);
    this.#parts.tally.running -= 1;
    this.#parts.tally.ended[outcome] += 1;
    return true;
  }

  #countFailure(item: Item, error: unknown): void {
    this.#parts.tally.ended.failed += 1;
    this.#parts.failures.add(item, error);
    this.#parts.failedItems?.add(item);
    this.#fallShort(item, { status: 'failed', error }, 0);
  }

  // An item that waited for its slot may be left after one that came later.
  #leave(item: Item): void {
    if (this.#firstLeft === undefined || item.id < this.#firstLeft.id) this.#firstLeft = item;
  }
}
