import type { OutputRecord } from '../output/output-record.ts';
import type { End, ItemEndings } from './item-endings.ts';
import type { RunParts } from './item-run.ts';
import type { RunCourse } from './run-course.ts';
import type { RunningItem } from './running-item.ts';
import { RunningItems } from './running-items.ts';
import type { Came, Tries } from './tries.ts';

/** Runs the attempts of items, each in the slot that its green thread was given, until one of them is the last. */
export class ItemAttempts {
  readonly running: RunningItems;
  readonly #parts: RunParts;
  readonly #endings: ItemEndings;
  readonly #course: RunCourse;

  constructor(parts: RunParts, endings: ItemEndings, course: RunCourse) {
    this.#parts = parts;
    this.#endings = endings;
    this.#course = course;
    this.running = new RunningItems(parts);
  }

  /** The task of an item's green thread. Rejects with the error of an attempt when another one is to follow. */
  readonly run = async (tries: Tries): Promise<void> => {
    const { onCrash } = this.#parts;
    try {
      // It was skipped when its time was over; the pool had decided on another attempt by then.
      if (tries.isOver) return;
      const recorded = this.#recordStart(tries);
      if (recorded !== undefined) await recorded;
      if (tries.isOver) return;
      // The stop came while the item waited for its slot.
      if (this.#course.state !== 'running' && tries.count === 0) return this.#leave(tries);
      const running = this.#begin(tries);
      let outcome: Came;
      try {
        outcome = { result: await this.#parts.work.call(tries.item.value, running) };
      } catch (error) {
        outcome = { error };
      }
      const written = this.#endAttempt(running, outcome, tries);
      if (written !== undefined) await written;
    } catch (error) {
      if (tries.isWaiting || onCrash === undefined) throw error;
      // A mistake of ours. Nobody looks at the thread, so the item would be missed by nobody.
      onCrash(error);
    }
  };

  /** Whether another attempt follows one that failed of `error`. */
  mayRetry(tries: Tries, error: unknown): boolean {
    const { limits } = this.#parts;
    if (tries.isOver) return false;
    tries.willRetry ??=
      this.#course.state === 'running' &&
      tries.before + tries.count <= limits.retries &&
      limits.isWorthRetrying(error);
    return tries.willRetry;
  }

  #recordStart({ item, count }: Tries): Promise<void> | undefined {
    return count === 0 && this.#course.state === 'running' ? this.#parts.journal?.begin(item) : undefined;
  }

  #leave(tries: Tries): void {
    tries.isOver = true;
    this.#course.leave(tries.item);
  }

  #begin(tries: Tries): RunningItem {
    const { work, overdue } = this.#parts;
    tries.count += 1;
    tries.willRetry = undefined;
    tries.isWaiting = false;
    const running = this.running.begin(tries);
    overdue?.begin(running, (error) => this.#giveUp(running, error, tries));
    if (tries.count === 1) work.records.begin(tries.item);
    return running;
  }

  #endAttempt(running: RunningItem, outcome: Came, tries: Tries): Promise<unknown> | undefined {
    const { work, overdue } = this.#parts;
    if (overdue?.end(running)) {
      work.records.forget?.('error' in outcome ? outcome.error : outcome.result);
      this.running.free(running);
      return undefined;
    }
    const written = this.#decide(running, outcome, tries);
    tries.isOver = !tries.isWaiting;
    return written;
  }

  /** Rejects with the error when the pool is to try the item again. */
  #decide(running: RunningItem, outcome: Came, tries: Tries): Promise<unknown> | undefined {
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
    const status = this.#course.state === 'cancelled' ? 'cancelled' : 'failed';
    void this.#endings.put(running.item, { status, error }, running.attempt);
  }

  /** Rejects with the error when the pool is to try the item again. */
  #failAttempt(running: RunningItem, error: unknown, tries: Tries): Promise<unknown> | undefined {
    if (!this.mayRetry(tries, error)) return this.fail(running, error);
    tries.isWaiting = true;
    if (running.end()) this.running.free(running);
    this.#parts.work.records.forget?.(error);
    this.#parts.tally.retried += 1;
    return this.#passOn(running, tries, error);
  }

  async #passOn({ item, attempt }: RunningItem, tries: Tries, error: unknown): Promise<void> {
    // While that is not on record the attempt still counts as running: a crash would make it come again.
    await this.#parts.journal?.retry(item, attempt, error);
    if (this.#course.state !== 'cancelled') throw error;
    tries.isOver = true;
    await this.#endings.put(item, { status: 'cancelled', error: this.#course.cancelReason }, attempt);
  }

  /** Does nothing if the item has ended before. */
  fail(running: RunningItem, error: unknown): Promise<unknown> | undefined {
    return this.#end(running, { status: this.#course.state === 'cancelled' ? 'cancelled' : 'failed', error });
  }

  /** Does nothing if the item has ended before: it was given up, and its function came back after all. */
  #end(running: RunningItem, end: End): Promise<unknown> | undefined {
    if (!running.end()) return undefined;
    this.running.free(running);
    return this.#endings.put(running.item, end, running.attempt);
  }
}
