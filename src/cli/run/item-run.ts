import type { GreenPool } from '../../core/green-pool.ts';
import { getcurrent } from '../../core/spawn.ts';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Item, ItemSource } from '../input/item.ts';
import type { ItemLimits } from '../limits/item-limits.ts';
import type { FailedItems } from '../output/failed-items.ts';
import type { OutputRecord } from '../output/output-record.ts';
import { NO_RECORD, type Shortfall } from '../output/records.ts';
import type { Results } from '../output/results.ts';
import { RunningItem } from './running-item.ts';
import { SlotNumbers } from './slot-numbers.ts';
import type { Tally } from './tally.ts';
import type { Work } from './work.ts';

/** What a run is made of. */
export interface RunParts {
  readonly limits: ItemLimits;
  readonly work: Pick<Work, 'call' | 'records'>;
  readonly reader: ItemSource;
  readonly results: Results;
  /** Keeps the items that fail, where somebody wants them. */
  readonly failedItems?: FailedItems | undefined;
  readonly tally: Tally;
  readonly failures: FailureTable;
  /** An item has failed for good. */
  readonly onFailure?: () => void;
  readonly log: (...values: unknown[]) => void;
}

/** One item from its first attempt to its last, where items have limits of their own. */
interface Tries {
  readonly item: Item;
  /** Begun so far. */
  count: number;
  /** Whether another attempt follows the one under way; decided once. */
  willRetry: boolean | undefined;
  isOver: boolean;
}

/** What a call came to. */
type Came = { readonly result: unknown } | { readonly error: unknown };

// Items that wait for their key or for another attempt, beside those that run: enough to find some that can start.
const MOST_IN_HAND = 10_000;

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
  readonly #task = (item: Item): Promise<void> => this.#runItem(item, undefined);
  readonly #attempt = (tries: Tries): Promise<void> => this.#runItem(tries.item, tries);
  #inHand = 0;
  #room: Deferred<void> | undefined;
  #state: 'running' | 'draining' | 'cancelled' = 'running';
  #cancelReason: unknown;
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
    await Promise.race([this.#feed().then(() => this.#parts.limits.pool.waitall()), this.#abandoned.promise]);
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
    this.#cancelReason = reason;
    void this.#parts.limits.pool.kill(reason);
    this.#room?.resolve();
  }

  /** Waits no longer for functions that do not end. */
  abandon(reason: unknown): void {
    this.drain();
    for (const running of this.#running) if (running !== undefined) this.#fail(running, reason);
    this.#abandoned.resolve();
  }

  async #feed(): Promise<void> {
    const { limits, reader, results } = this.#parts;
    const { pool, isPerItem } = limits;
    for await (const items of reader) {
      for (const item of items) {
        if (this.#state !== 'running') return this.#leave(item);
        if (item.error !== undefined) this.#countFailure(item, item.error);
        else if (isPerItem) await this.#submit(item);
        // Waiting costs a turn of the microtask queue: only a full pool or a full output is worth one.
        else if (pool.trySpawn(this.#task, item) === undefined) await this.#waitForSlot(item);
        while (results.isFull && this.#state === 'running') await results.waitForRoom();
      }
    }
  }

  async #waitForSlot(item: Item): Promise<void> {
    try {
      await this.#parts.limits.pool.spawnN(this.#task, item);
    } catch {
      // The pool was killed while the item still waited.
      this.#leave(item);
    }
  }

  /** Hands an item to the pool that may have to wait while later ones start. */
  async #submit(item: Item): Promise<void> {
    const tries: Tries = { item, count: 0, willRetry: undefined, isOver: false };
    let view: GreenPool;
    try {
      view = this.#parts.limits.viewFor(item.value, (error) => this.#mayRetry(tries, error));
    } catch (error) {
      this.#countFailure(item, error);
      return;
    }
    this.#inHand += 1;
    view.spawn(this.#attempt, tries).then(
      (thread) => thread.link(() => this.#close(tries)),
      () => this.#close(tries),
    );
    while (this.#inHand >= MOST_IN_HAND && this.#state === 'running') {
      this.#room ??= deferred();
      await this.#room.promise;
    }
  }

  /** There will be no more attempts. A kill may have ended the wait for one, or for the first. */
  #close(tries: Tries): void {
    const { item, count, isOver } = tries;
    this.#inHand -= 1;
    this.#room?.resolve();
    this.#room = undefined;
    if (isOver) return;
    if (count === 0) this.#leave(item);
    else this.#countShortfall(item, { status: 'cancelled', error: this.#cancelReason }, count);
  }

  #mayRetry(tries: Tries, error: unknown): boolean {
    const { limits } = this.#parts;
    tries.willRetry ??=
      this.#state === 'running' && tries.count <= limits.retries && limits.isWorthRetrying(error);
    return tries.willRetry;
  }

  async #runItem(item: Item, tries: Tries | undefined): Promise<void> {
    const isFirst = tries === undefined || tries.count === 0;
    // The stop came while the item waited for its slot.
    if (this.#state !== 'running' && isFirst) {
      if (tries !== undefined) tries.isOver = true;
      return this.#leave(item);
    }
    if (tries !== undefined) {
      tries.count += 1;
      tries.willRetry = undefined;
    }
    const { work, tally } = this.#parts;
    const slot = this.#slots.take();
    const running = new RunningItem(item, this.#parts, { slot, thread: getcurrent() });
    this.#running[slot] = running;
    tally.running += 1;
    let outcome: Came;
    try {
      if (isFirst) work.records.begin(item);
      outcome = { result: await work.call(item.value, running) };
    } catch (error) {
      outcome = { error };
    }
    if (running.skipReason !== undefined) this.#skip(running, running.skipReason);
    else if (running.expiry !== undefined) this.#failLate(running, outcome, tries);
    else if ('error' in outcome) this.#failAttempt(running, outcome.error, tries);
    else this.#succeed(running, outcome.result, tries);
    if (tries !== undefined) tries.isOver = true;
  }

  /** Its time was over before: whoever decides on retries has been told so, and what came of it is nothing any more. */
  #failLate(running: RunningItem, outcome: Came, tries: Tries | undefined): void {
    this.#parts.work.records.forget?.('error' in outcome ? outcome.error : outcome.result);
    this.#failAttempt(running, running.expiry, tries);
  }

  /** @throws the error, when the pool is to try the item again. */
  #failAttempt(running: RunningItem, error: unknown, tries: Tries | undefined): void {
    if (tries === undefined || !this.#mayRetry(tries, error)) {
      this.#fail(running, error);
      return;
    }
    if (running.end()) this.#free(running);
    this.#parts.work.records.forget?.(error);
    this.#parts.tally.retried += 1;
    throw error;
  }

  #succeed(running: RunningItem, result: unknown, tries: Tries | undefined): void {
    // Given up before: its envelope is written, and another one must not be made.
    if (running.hasEnded) return;
    let record: OutputRecord;
    try {
      record = this.#parts.work.records.succeed(running.item, result, running.attempt);
    } catch (error) {
      this.#failAttempt(running, error, tries);
      return;
    }
    if (this.#end(running, 'done')) this.#parts.results.put(running.id, record);
  }

  #fail(running: RunningItem, error: unknown): void {
    const status = this.#state === 'cancelled' ? 'cancelled' : 'failed';
    if (!this.#end(running, status)) return;
    if (status === 'failed') this.#parts.failures.add(running.item, error);
    this.#parts.failedItems?.add(running.item);
    this.#fallShort(running.item, { status, error }, running.attempt);
    if (status === 'failed') this.#parts.onFailure?.();
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
    this.#free(running);
    this.#parts.tally.ended[outcome] += 1;
    return true;
  }

  #free({ slot }: RunningItem): void {
    this.#running[slot] = undefined;
    this.#slots.give(slot);
    this.#parts.tally.running -= 1;
  }

  #countFailure(item: Item, error: unknown): void {
    this.#parts.failures.add(item, error);
    this.#countShortfall(item, { status: 'failed', error }, 0);
    this.#parts.onFailure?.();
  }

  /** An item that does not run has come to nothing. */
  #countShortfall(item: Item, why: Shortfall, attempts: number): void {
    this.#parts.tally.ended[why.status] += 1;
    this.#parts.failedItems?.add(item);
    this.#fallShort(item, why, attempts);
  }

  // An item that waited for its slot may be left after one that came later.
  #leave(item: Item): void {
    if (this.#firstLeft === undefined || item.id < this.#firstLeft.id) this.#firstLeft = item;
  }
}
