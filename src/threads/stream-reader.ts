import type { TaskFunction } from '../core/executor.ts';
import { GreenThread } from '../core/green-thread.ts';
import type { Bound } from '../core/options.ts';
import type { Origin } from '../core/pool-roles.ts';
import { refusal } from '../core/refusal.ts';
import { DONE } from '../core/thread-state.ts';
import { rejectedQuietly } from '../primitives/deferred.ts';
import { Fifo } from '../primitives/fifo.ts';
import { WaitQueue } from '../primitives/wait-queue.ts';
import { passing } from '../primitives/waiter.ts';
import type { Call } from './call.ts';
import type { Lane } from './lane.ts';
import type { ItemSink } from './lane-owner.ts';
import type { ThreadStream } from './thread-stream.ts';

/** Items that may be made ahead of the consumer. */
const READ_AHEAD = 16;

const done: IteratorReturnResult<undefined> = Object.freeze({ value: undefined, done: true });

/** The consumer's side of a stream. */
export class StreamReader<R> implements ThreadStream<R>, Origin, ItemSink {
  readonly #bound: Bound;
  readonly #fn: TaskFunction;
  readonly #args: readonly unknown[];
  readonly #window: number;
  readonly #items = new Fifo<R>();
  readonly #takers = new WaitQueue<IteratorResult<R, undefined>>('next() of a stream');
  #thread: GreenThread<unknown> | undefined = undefined;
  #lane: Lane | undefined = undefined;
  /** Items taken that the thread has not been told of. */
  #taken = 0;
  #hasEnded = false;
  /** Nobody wants more. */
  #isLeft = false;
  /** Until somebody has got it: an array of one. */
  #failure: readonly [error: unknown] | undefined = undefined;

  constructor(bound: Bound, fn: TaskFunction, args: readonly unknown[]) {
    // Another attempt would begin with items that have been taken.
    const isLimited = bound.weight !== 1 || bound.key !== undefined;
    this.#bound = Object.freeze({ ...bound, retry: undefined, isLimited });
    this.#fn = fn;
    this.#args = args;
    this.#window = bound.readAhead ?? READ_AHEAD;
  }

  next(): Promise<IteratorResult<R, undefined>> {
    if (this.#thread === undefined && !this.#hasEnded) {
      const refused = this.#start();
      if (refused !== undefined) return rejectedQuietly(refused[0]);
    }
    const mayTake = this.#takers.length === 0 && (this.#items.length > 0 || this.#hasEnded);
    return mayTake ? passing(undefined, () => this.#take()) : this.#takers.park(undefined);
  }

  async return(): Promise<IteratorResult<R, undefined>> {
    const thread = this.#thread;
    this.#isLeft = true;
    this.#hasEnded ||= thread === undefined;
    if (thread !== undefined && !thread.hasEnded) {
      if (!thread.cancel()) this.#lane?.returnStream();
      await thread.afterEnd();
    }
    while (this.#items.length > 0) this.#items.shift();
    const failure = this.#takeFailure();
    if (failure !== undefined && thread?.state === 'failed') throw failure[0];
    return done;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Its task has a slot and a thread. */
  openIn(lane: Lane, call: Call): void {
    lane.openStream(call, this, this.#window);
    this.#lane = lane;
    if (this.#isLeft) lane.returnStream();
  }

  put(items: readonly unknown[]): void {
    for (const item of items) this.#items.push(item as R); // what the generator yields
    this.#serve();
  }

  settled(thread: GreenThread<unknown>): void {
    this.#hasEnded = true;
    this.#lane = undefined;
    // Whoever left it is told why it has ended only if it failed in doing so.
    const isNews = thread.status !== DONE && !(this.#isLeft && thread.state === 'killed');
    if (isNews) this.#failure = [thread.outcome];
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
    while (this.#takers.length > 0 && (this.#items.length > 0 || this.#hasEnded)) {
      const taker = this.#takers.shift();
      try {
        taker?.grant(this.#take());
      } catch (error) {
        taker?.fail(error);
      }
    }
  }

  /** What a `next()` gets now that it need not wait. */
  #take(): IteratorResult<R, undefined> {
    if (this.#items.length > 0) {
      this.#tellTaken();
      const value = this.#items.shift() as R; // there is one
      return { value, done: false };
    }
    const failure = this.#takeFailure();
    if (failure !== undefined) throw failure[0];
    return done;
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
