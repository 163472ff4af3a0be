/// <reference lib="esnext.disposable" preserve="true" />

import type { TaskFunction } from '../core/executor.ts';
import { GreenThread } from '../core/green-thread.ts';
import type { Bound } from '../core/options.ts';
import type { Origin } from '../core/pool-roles.ts';
import { refusal } from '../core/refusal.ts';
import { DONE } from '../core/thread-state.ts';
import { Fifo } from '../primitives/fifo.ts';
import { WaitQueue } from '../primitives/wait-queue.ts';
import type { Call } from './call.ts';
import type { ItemSink, Lane } from './lane.ts';

/** Items that may be made ahead of the consumer. */
const READ_AHEAD = 16;

type Step<R> = IteratorResult<R, undefined>;

/**
 * What a generator yields in another thread, item by item. Starts with the first `next()`, takes a slot of its pool until it has
 * ended, and runs at most `readAhead` items (default 16) ahead of the consumer. A loop that is left early ends the generator.
 */
export class ThreadStream<R> implements AsyncIterableIterator<R>, Origin, ItemSink {
  readonly #bound: Bound;
  readonly #fn: TaskFunction;
  readonly #args: readonly unknown[];
  readonly #window: number;
  readonly #items = new Fifo<R>();
  readonly #takers = new WaitQueue<Step<R>>('ThreadStream.next()');
  #thread: GreenThread<unknown> | undefined = undefined;
  #lane: Lane | undefined = undefined;
  /** Items taken that the thread has not been told of. */
  #taken = 0;
  #hasEnded = false;
  /** By `return()`. */
  #isLeft = false;
  /** Until somebody has got it: an array of one. */
  #failure: readonly [error: unknown] | undefined = undefined;

  /** @internal */
  constructor(bound: Bound, fn: TaskFunction, args: readonly unknown[]) {
    // Another attempt would begin with items that have been taken.
    const isLimited = bound.weight !== 1 || bound.key !== undefined;
    this.#bound = Object.freeze({ ...bound, retry: undefined, isLimited });
    this.#fn = fn;
    this.#args = args;
    this.#window = bound.readAhead ?? READ_AHEAD;
  }

  /**
   * The next item, or `done`.
   *
   * @throws what the generator threw, after its last item; what `spawn` throws, at the first call.
   */
  next(): Promise<Step<R>> {
    if (this.#thread === undefined && !this.#hasEnded) {
      const refused = this.#start();
      if (refused !== undefined) return Promise.reject(refused[0]);
    }
    const step = this.#takers.length === 0 ? this.#step() : undefined;
    return step ?? this.#takers.park(undefined);
  }

  /** Ends the generator, whose `finally` blocks run. Resolves when the slot is back. */
  async return(): Promise<Step<R>> {
    const thread = this.#thread;
    this.#hasEnded ||= thread === undefined;
    this.#isLeft = true;
    if (thread !== undefined && !thread.hasEnded) {
      if (!thread.cancel()) this.#lane?.returnStream();
      await thread.afterEnd();
    }
    while (this.#items.shift() !== undefined);
    const failure = this.#takeFailure();
    if (failure !== undefined && thread?.state === 'failed') throw failure[0];
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** `return()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Its task has a slot and a thread. @internal */
  openIn(lane: Lane, call: Call): void {
    lane.openStream(call, this, this.#window);
    this.#lane = lane;
  }

  /** @internal */
  put(items: readonly unknown[]): void {
    for (const item of items) this.#items.push(item as R); // what the generator yields
    this.#serve();
  }

  /** @internal */
  settled(thread: GreenThread<unknown>): void {
    this.#hasEnded = true;
    this.#lane = undefined;
    if (thread.status !== DONE) this.#failure = [thread.outcome];
    // Whoever left it is told why it has ended only if it failed in doing so.
    if (this.#isLeft && thread.state === 'killed') this.#takeFailure();
    this.#serve();
  }

  #start(): [reason: unknown] | undefined {
    const refused = refusal(this.#bound, this.#fn);
    if (refused !== undefined) {
      this.#hasEnded = true;
      return refused;
    }
    const thread = new GreenThread(this.#bound, this.#fn, this.#args, undefined);
    this.#thread = thread;
    thread.origin = this;
    thread.core.admit(thread);
    return undefined;
  }

  #serve(): void {
    while (this.#takers.length > 0) {
      const step = this.#step();
      if (step === undefined) return;
      this.#takers.grantFirst(step);
    }
  }

  /** What a `next()` gets now; `undefined` when it has to wait. */
  #step(): Promise<Step<R>> | undefined {
    if (this.#items.length > 0) {
      this.#tellTaken();
      const value = this.#items.shift() as R; // there is one
      return Promise.resolve({ value, done: false });
    }
    if (!this.#hasEnded) return undefined;
    const failure = this.#takeFailure();
    return failure === undefined
      ? Promise.resolve({ value: undefined, done: true })
      : Promise.reject(failure[0]);
  }

  #takeFailure(): readonly [error: unknown] | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) this.#thread?.look();
    return failure;
  }

  #tellTaken(): void {
    this.#taken += 1;
    if (this.#taken * 2 < this.#window) return;
    this.#lane?.taken(this.#taken);
    this.#taken = 0;
  }
}
