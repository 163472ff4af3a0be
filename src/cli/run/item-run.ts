import type { GreenPool } from '../../core/green-pool.ts';
import { getcurrent } from '../../core/spawn.ts';
import { deferred } from '../../primitives/deferred.ts';
import { ExitError } from '../failures/exit-error.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Item } from '../input/item-reader.ts';
import type { ItemSource } from '../input/item-source.ts';
import type { Results } from '../output/results.ts';
import { RunningItem } from './running-item.ts';
import { SlotNumbers } from './slot-numbers.ts';
import type { Tally } from './tally.ts';
import type { Work } from './work.ts';

/** What a run is made of. */
export interface RunParts {
  readonly pool: GreenPool;
  readonly work: Pick<Work, 'call' | 'encode'>;
  readonly reader: ItemSource;
  readonly results: Results;
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
    this.#parts.results.release();
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
    const { work, tally, results } = this.#parts;
    const slot = this.#slots.take();
    const running = new RunningItem(item, this.#parts, { slot, thread: getcurrent() });
    this.#running[slot] = running;
    tally.running += 1;
    try {
      const record = work.encode(await work.call(item.value, running));
      if (running.skipReason !== undefined) this.#skip(running, running.skipReason);
      else if (this.#end(running, 'done')) results.put(item.id, record);
    } catch (error) {
      if (running.skipReason !== undefined) this.#skip(running, running.skipReason);
      else this.#fail(running, error);
    }
  }

  #fail(running: RunningItem, error: unknown): void {
    const outcome = this.#state === 'cancelled' ? 'cancelled' : 'failed';
    if (!this.#end(running, outcome)) return;
    if (outcome === 'failed') this.#parts.failures.add(running.item, error);
    // What a command printed before it failed is output too. Half the output of a cancelled one is not.
    if (outcome === 'failed' && isExitError(error)) this.#parts.results.put(running.id, error.output);
    else this.#parts.results.pass(running.id);
  }

  #skip(running: RunningItem, reason: string): void {
    if (!this.#end(running, 'skipped')) return;
    this.#parts.tally.countSkip(reason);
    this.#parts.results.pass(running.id);
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
    this.#parts.results.pass(item.id);
  }

  // An item that waited for its slot may be left after one that came later.
  #leave(item: Item): void {
    if (this.#firstLeft === undefined || item.id < this.#firstLeft.id) this.#firstLeft = item;
  }
}

function isExitError(error: unknown): error is ExitError {
  try {
    return error instanceof ExitError;
  } catch {
    // A thrown Proxy may throw when it is asked.
    return false;
  }
}
