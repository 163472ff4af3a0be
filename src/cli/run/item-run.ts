import type { GreenPool } from '../../core/green-pool.ts';
import type { GreenThread } from '../../core/green-thread.ts';
import { holdSpawn } from '../../core/held-spawn.ts';
import { deferred } from '../../primitives/deferred.ts';
import type { Item, ItemPlace, ItemSource } from '../input/item.ts';
import type { ItemLimits } from '../limits/item-limits.ts';
import type { OutputRecord } from '../output/output-record.ts';
import { type End, type EndingParts, ItemEndings } from './item-endings.ts';
import type { ItemJournal } from './item-journal.ts';
import { ItemsInHand } from './items-in-hand.ts';
import type { Overdue } from './overdue.ts';
import type { RunningItem } from './running-item.ts';
import { RunningItems } from './running-items.ts';
import { type Came, Tries } from './tries.ts';
import type { Work } from './work.ts';

/** What a run is made of. */
export interface RunParts extends Omit<EndingParts, 'records'> {
  readonly limits: ItemLimits;
  readonly work: Pick<Work, 'call' | 'records'>;
  readonly reader: ItemSource;
  /** Knows what came of items in earlier sessions, and remembers what does in this one. */
  readonly journal?: ItemJournal | undefined;
  /** Watches over functions that ignore their timeout, where there is one. */
  readonly overdue?: Overdue | undefined;
  readonly log: (...values: unknown[]) => void;
}

/**
 * Takes items from the reader, runs each in a slot of the pool and hands on what it comes to. The reader is asked
 * for more only when a slot is free and the results have room, so memory does not grow with the input.
 */
export class ItemRun {
  readonly running: RunningItems;
  readonly #parts: RunParts;
  readonly #endings: ItemEndings;
  readonly #abandoned = deferred<void>();
  readonly #attempt = (tries: Tries): Promise<void> => this.#runItem(tries);
  /** The item that waits for a slot, where none of them has limits of its own. */
  #next: GreenThread<unknown> | undefined;
  /** Those that have, until they are done with. */
  readonly #inHand: ItemsInHand = new ItemsInHand();
  #hasFed = false;
  #state: 'running' | 'draining' | 'cancelled' = 'running';
  #cancelReason: unknown;
  #firstLeft: Item | undefined;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#endings = new ItemEndings({ ...parts, records: parts.work.records });
    this.running = new RunningItems(parts);
  }

  /** When items may start. */
  get limits(): ItemLimits {
    return this.#parts.limits;
  }

  /** Whether anything may still be started, and what runs was told to go on. */
  get state(): 'running' | 'draining' | 'cancelled' {
    return this.#state;
  }

  /** Whether the pool was given all that it will be. */
  get hasFed(): boolean {
    return this.#hasFed;
  }

  /** Whether more items may be read while those in hand wait. */
  get mayReadOn(): boolean {
    return !this.#hasFed && this.#inHand.hasRoom;
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
    await Promise.race([this.#runAll(), this.#abandoned.promise]);
    await this.#parts.results.finish();
  }

  /** Starts no more items; those that run go on. */
  drain(): void {
    if (this.#state !== 'running') return;
    this.#state = 'draining';
    this.#parts.reader.stop();
    // They may wait long: for a pause to end, for a slow rate, for others of their key.
    this.#next?.cancel();
    this.#inHand.cancel();
    // Only further attempts wait now.
    this.#parts.limits.resume();
  }

  /** Starts no more items and kills those that run. The run ends when their functions have. */
  cancel(reason: unknown): void {
    this.drain();
    if (this.#state === 'cancelled') return;
    this.#state = 'cancelled';
    this.#cancelReason = reason;
    void this.#parts.limits.pool.kill(reason);
  }

  /** Waits no longer for functions that do not end. */
  abandon(reason: unknown): void {
    this.drain();
    for (const running of this.running) void this.#fail(running, reason);
    this.#abandoned.resolve();
  }

  async #runAll(): Promise<void> {
    await this.#feed();
    this.#hasFed = true;
    await this.#parts.limits.pool.waitall();
  }

  async #feed(): Promise<void> {
    const { limits, reader, results, journal } = this.#parts;
    const { pool, isPerItem } = limits;
    for await (const items of reader) {
      for (const item of items) {
        if (this.#state !== 'running') return this.#leave(item);
        const known = journal?.admit(item) ?? 'run';
        if (known === 'known') {
          // An earlier session has seen to it.
        } else if (known !== 'run') await this.#endings.put(item, known, 0);
        else if (item.error !== undefined) await this.#failUncalled(item, item.error);
        else if (isPerItem) await this.#submit(item);
        else {
          const tries = new Tries(item, 0);
          tries.thread = pool.trySpawn(this.#attempt, tries);
          // Waiting costs a turn of the microtask queue: only a full pool or a full output is worth one.
          if (tries.thread === undefined) await this.#waitForSlot(tries);
        }
        while (results.isFull && this.#state === 'running') await results.waitForRoom();
      }
    }
  }

  async #waitForSlot(tries: Tries): Promise<void> {
    const { thread, started } = holdSpawn(this.#parts.limits.pool, this.#attempt, tries);
    tries.thread = thread;
    this.#next = thread;
    try {
      await started;
    } catch {
      // The run was stopped while the item still waited.
      this.#leave(tries.item);
    }
    this.#next = undefined;
  }

  /** Hands an item to the pool that may have to wait while later ones start. */
  async #submit(item: Item): Promise<void> {
    const before = this.#parts.journal?.attemptsBefore(item) ?? 0;
    const tries = new Tries(item, before);
    let view: GreenPool;
    try {
      view = this.#parts.limits.viewFor(item.value, (error) => this.#mayRetry(tries, error));
    } catch (error) {
      await this.#failUncalled(item, error);
      return;
    }
    const { thread } = holdSpawn(view, this.#attempt, tries);
    tries.thread = thread;
    this.#inHand.add(thread);
    thread.link(() => this.#close(tries, thread));
    while (!this.#inHand.hasRoom && this.#state === 'running') await this.#inHand.waitForRoom();
  }

  /** There will be no more attempts. A kill may have ended the wait for one, or for the first. */
  #close({ item, count, isOver }: Tries, thread: GreenThread<unknown>): void {
    this.#inHand.delete(thread);
    if (isOver) return;
    if (count === 0) this.#leave(item);
    else void this.#endings.put(item, { status: 'cancelled', error: this.#cancelReason }, count);
  }

  #mayRetry(tries: Tries, error: unknown): boolean {
    const { limits } = this.#parts;
    if (tries.isOver) return false;
    tries.willRetry ??=
      this.#state === 'running' &&
      tries.before + tries.count <= limits.retries &&
      limits.isWorthRetrying(error);
    return tries.willRetry;
  }

  async #runItem(tries: Tries): Promise<void> {
    const { work, journal, overdue } = this.#parts;
    const { item } = tries;
    // It was skipped when its time was over; the pool had decided on another attempt by then.
    if (tries.isOver) return;
    const isFirst = tries.count === 0;
    if (isFirst && journal !== undefined && this.#state === 'running') {
      const recorded = journal.begin(item);
      if (recorded !== undefined) await recorded;
    }
    // The stop came while the item waited for its slot.
    if (this.#state !== 'running' && isFirst) {
      tries.isOver = true;
      return this.#leave(item);
    }
    tries.count += 1;
    tries.willRetry = undefined;
    tries.isWaiting = false;
    const running = this.running.begin(tries);
    overdue?.begin(running, (error) => this.#giveUp(running, error, tries));
    let outcome: Came;
    try {
      if (isFirst) work.records.begin(item);
      outcome = { result: await work.call(item.value, running) };
    } catch (error) {
      outcome = { error };
    }
    if (overdue?.end(running)) {
      work.records.forget?.('error' in outcome ? outcome.error : outcome.result);
      return this.running.free(running);
    }
    const written = this.#endAttempt(running, outcome, tries);
    tries.isOver = !tries.isWaiting;
    // It rejects when another attempt is to follow.
    if (written !== undefined) await written;
  }

  /** Rejects with the error when the pool is to try the item again. */
  #endAttempt(running: RunningItem, outcome: Came, tries: Tries): Promise<unknown> | undefined {
    const { skipReason: reason, verdict } = running;
    if (reason !== undefined) return this.#end(running, { status: 'skipped', reason });
    if (verdict !== undefined) {
      // It had failed before it ended: whoever decides on retries has been told so, and what came of the attempt is nothing any more.
      this.#parts.work.records.forget?.('error' in outcome ? outcome.error : outcome.result);
      return this.#failAttempt(running, verdict, tries);
    }
    if ('error' in outcome) return this.#failAttempt(running, outcome.error, tries);
    // Given up before: its envelope is written, and another one must not be made.
    if (running.hasEnded) return undefined;
    let record: OutputRecord;
    try {
      record = this.#parts.work.records.succeed(running.item, outcome.result, running.attempt);
    } catch (error) {
      return this.#failAttempt(running, error, tries);
    }
    return this.#end(running, { status: 'done', record });
  }

  /** The item has failed, though its function goes on: that keeps its slot until it ends. */
  #giveUp(running: RunningItem, error: Error, tries: Tries): void {
    if (!running.end()) return;
    tries.isOver = true;
    running.cancel(error);
    const status = this.#state === 'cancelled' ? 'cancelled' : 'failed';
    void this.#endings.put(running.item, { status, error }, running.attempt);
  }

  /** Rejects with the error when the pool is to try the item again. */
  #failAttempt(running: RunningItem, error: unknown, tries: Tries): Promise<unknown> | undefined {
    if (!this.#mayRetry(tries, error)) return this.#fail(running, error);
    tries.isWaiting = true;
    if (running.end()) this.running.free(running);
    this.#parts.work.records.forget?.(error);
    this.#parts.tally.retried += 1;
    return this.#passOn(running, tries, error);
  }

  async #passOn({ item, attempt }: RunningItem, tries: Tries, error: unknown): Promise<void> {
    // While that is not on record the attempt still counts as running: a crash would make it come again.
    await this.#parts.journal?.retry(item, attempt, error);
    if (this.#state !== 'cancelled') throw error;
    tries.isOver = true;
    await this.#endings.put(item, { status: 'cancelled', error: this.#cancelReason }, attempt);
  }

  #fail(running: RunningItem, error: unknown): Promise<unknown> | undefined {
    return this.#end(running, { status: this.#state === 'cancelled' ? 'cancelled' : 'failed', error });
  }

  /** Does nothing if the item has ended before: it was given up, and its function came back after all. */
  #end(running: RunningItem, end: End): Promise<unknown> | undefined {
    if (!running.end()) return undefined;
    this.running.free(running);
    return this.#endings.put(running.item, end, running.attempt);
  }

  #failUncalled(item: Item, error: unknown): Promise<unknown> | undefined {
    return this.#endings.put(item, { status: 'failed', error }, 0);
  }

  // An item that waited for its slot may be left after one that came later.
  #leave(item: Item): void {
    if (this.#firstLeft === undefined || item.id < this.#firstLeft.id) this.#firstLeft = item;
  }
}
