import { type Context, keepSharedContext } from '../../primitives/context.ts';
import { deadlinesOf } from '../../primitives/deadlines.ts';
import type { TaskFunction } from '../executor.ts';
import { reportOf } from '../failures.ts';
import type { GreenThread } from '../green-thread.ts';
import { endLineage, memberOf, nearestLiving } from '../membership.ts';
import { PENDING, RUNNING } from '../thread-state.ts';
import type { Retry } from './retry.ts';

type Thread = GreenThread<unknown>;

/** What a task that may be tried again keeps of its call, and how often it was tried. */
export class Attempts {
  readonly #retry: Retry;
  #fn: TaskFunction | undefined;
  #args: unknown;
  #context: Context | undefined;
  /** Started so far. */
  count = 0;
  /** Why the attempt under way is over, though its function has yet to end; and how long the next one waits. */
  #expired: { readonly error: unknown; readonly delay: number } | undefined = undefined;

  constructor(thread: Thread, retry: Retry) {
    this.#retry = retry;
    this.#fn = thread.fn;
    this.#args = thread.outcome;
    this.#context = thread.context ?? keepSharedContext();
    thread.context = this.#context;
  }

  /** An attempt starts. */
  begin(): void {
    if (this.count === 0) this.#retry.countStart();
    this.count += 1;
  }

  /**
   * The time of an attempt is over. True if there will be another one: this one is killed, and the task as a whole is not. False:
   * the task is to be killed.
   */
  expire(thread: Thread, error: unknown): boolean {
    const delay = this.#delayAfter(thread, error);
    if (delay === undefined || thread.status !== RUNNING) return false;
    this.#expired = { error, delay };
    thread.deliver(error);
    thread.core.executor.stop?.(thread, error);
    thread.extras?.controller?.abort(error);
    return true;
  }

  /** The function of `thread` has ended so. True if that was not its last attempt: it backs off now. */
  goOn(thread: Thread, isResult: boolean, outcome: unknown): boolean {
    const expired = this.#expired;
    if (expired === undefined) {
      const delay = isResult ? undefined : this.#delayAfter(thread, outcome);
      if (delay === undefined || thread.status !== RUNNING) return false;
      this.#backOff(thread, delay);
      return true;
    }
    this.#backOff(thread, expired.delay);
    // Last: this may be a kill of all that is there.
    if (!isResult && outcome !== expired.error) reportOf(thread, outcome);
    return true;
  }

  /** Why the attempt under way is over, though its function has yet to end: an array of one. */
  get expiry(): [reason: unknown] | undefined {
    return this.#expired && [this.#expired.error];
  }

  /** There will be no more attempts. */
  end(): void {
    this.#fn = undefined;
    this.#args = undefined;
    this.#context = undefined;
  }

  /** The slot comes back, and `thread` is what it was before its start. */
  #backOff(thread: Thread, delay: number): void {
    const { core } = thread;
    const extras = thread.extra();
    this.#expired = undefined;
    thread.status = PENDING;
    thread.fn = this.#fn;
    thread.outcome = this.#args;
    thread.context = this.#context;
    thread.undelivered = undefined;
    // It was that of the attempt.
    if (extras.controller?.signal.aborted) extras.controller = undefined;
    if (extras.deadline !== undefined) deadlinesOf(core.clock).remove(extras.deadline);
    extras.isInSpawnersSlot = false;
    core.backoffs.add(thread);
    thread.delay(delay, () => comeBack(thread));
    core.release(thread);
    core.dispatch(thread);
    endLineage(thread);
    extras.lineage = undefined;
    extras.loan = undefined;
    extras.loanedFrom = undefined;
  }

  /** Milliseconds until the next attempt after this failure; `undefined` when it is final. */
  #delayAfter(thread: Thread, error: unknown): number | undefined {
    try {
      return this.#retry.delayAfter(this.count, error);
    } catch (thrown) {
      // The options' own functions failed: that must neither hide the failure of the task nor be lost.
      reportOf(thread, thrown);
      return undefined;
    }
  }
}

/** The backoff of `thread` is over: it stands in line like any other. */
function comeBack(thread: Thread): void {
  const { core, parent, origin } = thread;
  core.backoffs.delete(thread);
  // The item of a map has whoever waits for it, not whoever made the map.
  const isSpawned = core.usesContext && origin?.crew === undefined;
  const member = isSpawned ? memberOf(core, nearestLiving(parent)) : undefined;
  if (!core.tryBegin(thread)) core.wait(thread, member);
}
