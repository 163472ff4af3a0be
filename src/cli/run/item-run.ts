import type { GreenPool } from '../../core/green-pool.ts';
import type { GreenThread } from '../../core/green-thread.ts';
import { holdSpawn } from '../../core/held-spawn.ts';
import { deferred } from '../../primitives/deferred.ts';
import type { Item, ItemPlace, ItemSource } from '../input/item.ts';
import type { ItemLimits } from '../limits/item-limits.ts';
import { ItemAttempts } from './item-attempts.ts';
import { type EndingParts, ItemEndings } from './item-endings.ts';
import type { ItemJournal } from './item-journal.ts';
import { ItemsInHand } from './items-in-hand.ts';
import type { Overdue } from './overdue.ts';
import { RunCourse } from './run-course.ts';
import type { RunningItems } from './running-items.ts';
import { Tries } from './tries.ts';
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
  /** Something went wrong that is no item's doing. */
  readonly onCrash?: ((error: unknown) => void) | undefined;
  readonly log: (...values: unknown[]) => void;
}

/**
 * Takes items from the reader, runs each in a slot of the pool and hands on what it comes to. The reader is asked
 * for more only when a slot is free and the results have room, so memory does not grow with the input.
 */
export class ItemRun {
  readonly #parts: RunParts;
  readonly #endings: ItemEndings;
  readonly #course: RunCourse = new RunCourse();
  readonly #attempts: ItemAttempts;
  readonly #abandoned = deferred<void>();
  /** The item that waits for a slot, where none of them has limits of its own. */
  #next: GreenThread<unknown> | undefined;
  /** Those that have, until they are done with. */
  readonly #inHand: ItemsInHand = new ItemsInHand();
  #hasFed = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#endings = new ItemEndings({ ...parts, records: parts.work.records });
    this.#attempts = new ItemAttempts(parts, this.#endings, this.#course);
  }

  get running(): RunningItems {
    return this.#attempts.running;
  }

  /** When items may start. */
  get limits(): ItemLimits {
    return this.#parts.limits;
  }

  /** Whether anything may still be started, and what runs was told to go on. */
  get state(): 'running' | 'draining' | 'cancelled' {
    return this.#course.state;
  }

  /** Whether the pool was given all that it will be. */
  get hasFed(): boolean {
    return this.#hasFed;
  }

  /** Whether more items may be read while those in hand wait. */
  get mayReadOn(): boolean {
    return !this.#hasFed && this.#inHand.hasRoom;
  }

  /** Whether items of the input were left alone, because the run was stopped or only had to see to what had failed. */
  get hasWorkLeft(): boolean {
    const { state, firstLeft } = this.#course;
    const { reader, journal } = this.#parts;
    if (journal?.hasPassedOver) return true;
    return state !== 'running' && (firstLeft !== undefined || !reader.isExhausted);
  }

  /** The first item that was left alone, if it was read at all. */
  get firstLeft(): ItemPlace | undefined {
    return this.#course.firstLeft;
  }

  /** Runs everything. Resolves when all started items have ended, or were given up. Never rejects for an item. */
  async run(): Promise<void> {
    await Promise.race([this.#runAll(), this.#abandoned.promise]);
    await this.#parts.results.finish();
  }

  /** Starts no more items; those that run go on. */
  drain(): void {
    if (this.#course.state !== 'running') return;
    this.#course.state = 'draining';
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
    if (this.#course.state === 'cancelled') return;
    this.#course.state = 'cancelled';
    this.#course.cancelReason = reason;
    void this.#parts.limits.pool.kill(reason);
  }

  /** Waits no longer for functions that do not end. */
  abandon(reason: unknown): void {
    this.drain();
    for (const running of this.#attempts.running) void this.#attempts.fail(running, reason);
    this.#abandoned.resolve();
  }

  /** Fails an item that runs, or waits for its slot or its next attempt. False if there is none of that number. */
  cancelItem(id: number, error: Error): boolean {
    for (const running of this.running) {
      if (running.id !== id) continue;
      running.cancel(error);
      return true;
    }
    const tries = this.#inHand.find(id);
    if (tries === undefined || tries.isOver) return false;
    tries.isOver = true;
    void tries.thread?.kill(error);
    void this.#endings.put(tries.item, { status: 'failed', error }, tries.before + tries.count);
    return true;
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
        if (this.#course.state !== 'running') return this.#course.leave(item);
        const known = journal?.admit(item) ?? 'run';
        if (known === 'known') {
          // An earlier session has seen to it.
        } else if (known !== 'run') await this.#endings.put(item, known, 0);
        else if (item.error !== undefined) await this.#failUncalled(item, item.error);
        else if (isPerItem) await this.#submit(item);
        else {
          const tries = new Tries(item, journal?.attemptsBefore(item) ?? 0);
          tries.thread = pool.trySpawn(this.#attempts.run, tries);
          // Waiting costs a turn of the microtask queue: only a full pool or a full output is worth one.
          if (tries.thread === undefined) await this.#waitForSlot(tries);
        }
        while (results.isFull && this.#course.state === 'running') await results.waitForRoom();
      }
    }
  }

  async #waitForSlot(tries: Tries): Promise<void> {
    const { thread, started } = holdSpawn(this.#parts.limits.pool, this.#attempts.run, tries);
    tries.thread = thread;
    this.#next = thread;
    try {
      await started;
    } catch {
      // The run was stopped while the item still waited.
      this.#course.leave(tries.item);
    }
    this.#next = undefined;
  }

  /** Hands an item to the pool that may have to wait while later ones start. */
  async #submit(item: Item): Promise<void> {
    const before = this.#parts.journal?.attemptsBefore(item) ?? 0;
    const tries = new Tries(item, before);
    let view: GreenPool;
    try {
      view = this.#parts.limits.viewFor(item.value, (error) => this.#attempts.mayRetry(tries, error));
    } catch (error) {
      await this.#failUncalled(item, error);
      return;
    }
    const { thread } = holdSpawn(view, this.#attempts.run, tries);
    tries.thread = thread;
    this.#inHand.add(tries);
    thread.link(() => this.#close(tries));
    while (!this.#inHand.hasRoom && this.#course.state === 'running') await this.#inHand.waitForRoom();
  }

  /** There will be no more attempts. A kill may have ended the wait for one, or for the first. */
  #close(tries: Tries): void {
    const { item, count, isOver } = tries;
    this.#inHand.delete(tries);
    if (isOver) return;
    if (count === 0) this.#course.leave(item);
    else void this.#endings.put(item, { status: 'cancelled', error: this.#course.cancelReason }, count);
  }

  #failUncalled(item: Item, error: unknown): Promise<unknown> | undefined {
    return this.#endings.put(item, { status: 'failed', error }, 0);
  }
}
