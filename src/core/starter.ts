import { keepContext, leaveScope } from '../primitives/context.ts';
import { ignore, resolved } from '../primitives/deferred.ts';
import { Fifo } from '../primitives/fifo.ts';
import type { FairTurn } from './fair-turn.ts';
import { Gate, spawned } from './gate.ts';
import type { GreenThread } from './green-thread.ts';
import { start } from './lifecycle.ts';

type Thread = GreenThread<unknown>;

// The clock is looked at each time the chain has grown by so many.
const GLANCE_EVERY = 16;

/**
 * Brings admitted threads to their first line: in order of admission, in the right context, without recursion and without
 * keeping the event loop out. Never inside the call that admitted them; and whoever awaits a `spawn` goes on before the
 * first line, as in eventlet: it finds its thread admitted, not started, and can still link to it or take it back.
 *
 * Two ways lead to the first line, and both are lines:
 *
 * - The *chain*: reactions to promises, each attached to the promise of the one before, so that starts follow one another a
 *   microtask apart. A reaction runs in the context that it was attached in, so a thread that is admitted in its own call
 *   finds the stores of its spawner, and the reaction of whoever awaits that call comes first. Costs one promise.
 * - The *direct* starts: threads that have kept a context of their own, and whose caller waits for no start. They start one after
 *   another at the end of the job that ended the task before, or else in a microtask of their own.
 */
export class Starter {
  readonly #turn: FairTurn;
  /** Those that the reactions of the chain will start, one each. */
  readonly #chained = new Fifo<Thread>();
  /** The end of the chain; `undefined` when nobody is in it. */
  #last: Promise<void> | undefined = undefined;
  readonly #direct = new Fifo<Thread>();
  /** A `drain` is announced or under way. */
  #isDraining = false;
  /** Admitted before the turn was over, and not started in it. */
  readonly #overdue = new Fifo<Thread>();
  /** Admitted since then: they wait for the next turn of the event loop as well, after the others. */
  readonly #held = new Fifo<Thread>();
  /** Let go by `#flush` and not started yet. */
  #released = 0;
  #isExpectingTurn = false;

  constructor(turn: FairTurn) {
    this.#turn = turn;
  }

  /** `thread` has a slot from now on, in the call that made it. The promise is for the caller of `spawn`. */
  spawn(thread: Thread): Promise<unknown> {
    if (this.#mustHold) {
      const gate = this.queueSpawn(thread);
      this.#hold(thread);
      return gate;
    }
    this.#chain(thread);
    return Promise.resolve(spawned(thread));
  }

  /** As `spawn`, for those whose caller waits for no start. */
  begin(thread: Thread): void {
    if (this.#mustHold) {
      this.queue(thread);
      this.#hold(thread);
    } else if (thread.context === undefined) this.#chain(thread);
    else this.#release(thread);
  }

  /** `thread` has to wait for a slot; the context is that of now. The promise, for the caller of `spawn`, resolves at its admission. */
  queueSpawn(thread: Thread): Promise<unknown> {
    this.queue(thread);
    thread.gate = new Gate();
    return thread.gate.promise;
  }

  /** As `queueSpawn`, for those whose caller waits for no start. */
  queue(thread: Thread): void {
    thread.context ??= keepContext();
  }

  /** A thread that had to wait has a slot from now on. */
  admitted(thread: Thread): void {
    if (this.#isHolding) this.#hold(thread);
    else this.#release(thread);
  }

  /** Announces a `drain`, which whoever gets true must call when this job has nothing else to do. False when one is coming already. */
  enter(): boolean {
    if (this.#isDraining) return false;
    this.#isDraining = true;
    return true;
  }

  /** Starts the direct ones, and those that come up while it does. */
  readonly drain = (): void => {
    try {
      for (let thread = this.#direct.shift(); thread !== undefined; thread = this.#direct.shift()) {
        this.#begin(thread);
      }
    } finally {
      this.#isDraining = false;
      // A fault of ours must not stop those behind it.
      this.#expectDrain();
    }
  };

  get #isHolding(): boolean {
    return this.#turn.isOver || this.#overdue.length > 0 || this.#held.length > 0;
  }

  /** As `#isHolding`, for those who are admitted in their own call: many producers may admit many for one that starts. */
  get #mustHold(): boolean {
    const isBacklog = this.#chained.length % GLANCE_EVERY === GLANCE_EVERY - 1;
    return this.#isHolding || (isBacklog && this.#turn.glance());
  }

  #release(thread: Thread): void {
    const { gate, extras } = thread;
    // Not before those that were admitted before it, nor before a caller who waits for the spawn.
    if (this.#last !== undefined || gate !== undefined || extras?.spawner !== undefined) {
      this.#chain(thread);
      gate?.open(thread);
    } else {
      this.#direct.push(thread);
      this.#expectDrain();
    }
  }

  #expectDrain(): void {
    if (this.#direct.length > 0 && this.enter()) void resolved.then(this.drain);
  }

  #chain(thread: Thread): void {
    this.#chained.push(thread);
    // The first one takes two steps: the reaction of whoever awaits the spawn comes in between.
    const before = this.#last ?? resolved.then(ignore);
    this.#last = before.then(this.#startChained, this.#passFault);
  }

  /** A fault of ours must not stop those behind it; it comes out at the end of the chain. */
  readonly #passFault = (fault: unknown): void => {
    this.#startChained();
    throw fault;
  };

  readonly #startChained = (): void => {
    const thread = this.#chained.shift();
    if (this.#chained.length === 0) this.#last = undefined;
    if (thread !== undefined) this.#begin(thread);
  };

  #begin(thread: Thread): void {
    const { context } = thread;
    if (context === undefined) this.#beginHere(thread);
    else context.runInAsyncScope(this.#beginInside, undefined, thread);
  }

  readonly #beginInside = (thread: Thread): void => {
    this.#beginHere(thread);
    leaveScope();
  };

  readonly #beginHere = (thread: Thread): void => {
    if (this.#released > 0) {
      this.#released -= 1;
      if (this.#released === 0) void resolved.then(this.#continue);
      start(thread);
    } else if (this.#turn.spend()) {
      this.queue(thread);
      this.#overdue.push(thread);
      this.#expectTurn();
    } else start(thread);
  };

  #hold(thread: Thread): void {
    this.#held.push(thread);
    this.#expectTurn();
  }

  #expectTurn(): void {
    if (this.#isExpectingTurn || !this.#turn.isOver) return;
    this.#isExpectingTurn = true;
    this.#turn.onNext(this.#resume);
  }

  readonly #resume = (): void => {
    this.#isExpectingTurn = false;
    this.#turn.look();
    this.#flush();
  };

  /** Lets go as many as may start before the clock is looked at. */
  #flush(): void {
    for (let count = this.#turn.stride; count > 0; count -= 1) {
      const thread = this.#overdue.shift() ?? this.#held.shift();
      if (thread === undefined) return;
      this.#released += 1;
      this.#release(thread);
    }
  }

  /** Those that were let go have started. */
  readonly #continue = (): void => {
    if (this.#overdue.length + this.#held.length === 0) return;
    if (this.#turn.look()) this.#expectTurn();
    else this.#flush();
  };
}
