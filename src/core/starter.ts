import { keepContext } from '../primitives/context.ts';
import { ignore, resolved } from '../primitives/deferred.ts';
import { Fifo } from '../primitives/fifo.ts';
import type { FairTurn } from './fair-turn.ts';
import { Gate, spawned } from './gate.ts';
import type { GreenThread } from './green-thread.ts';
import { start } from './lifecycle.ts';

type Thread = GreenThread<unknown>;

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
 * - The *direct* starts: threads that have kept a context of their own, or that need none, and whose caller waits for no start.
 *   They start one after another in the job that ended the task before. Costs no promise.
 */
export class Starter {
  readonly #turn: FairTurn;
  readonly #usesContext: boolean;
  /** Those that the reactions of the chain will start, one each. */
  readonly #chained = new Fifo<Thread>();
  /** The end of the chain; `undefined` when nobody is in it. */
  #last: Promise<void> | undefined = undefined;
  readonly #direct = new Fifo<Thread>();
  /** Somebody is about to call `drain`. */
  #isDraining = false;
  /** Admitted before the turn was over, and not started in it. */
  readonly #overdue = new Fifo<Thread>();
  /** Admitted since then: they wait for the next turn of the event loop as well, after the others. */
  readonly #held = new Fifo<Thread>();
  /** Let go by `#flush` and not started yet. */
  #released = 0;
  #isExpectingTurn = false;

  constructor(turn: FairTurn, usesContext: boolean) {
    this.#turn = turn;
    this.#usesContext = usesContext;
  }

  /** `thread` has a slot from now on, in the call that made it. The promise is for the caller of `spawn`. */
  spawn(thread: Thread): Promise<unknown> {
    if (this.#isHolding) {
      const gate = this.queueSpawn(thread);
      this.#hold(thread);
      return gate;
    }
    this.#chain(thread, this.#last ?? resolved.then(ignore));
    return Promise.resolve(spawned(thread));
  }

  /** As `spawn`, for those whose caller waits for no start. */
  begin(thread: Thread): void {
    if (this.#isHolding) {
      this.queue(thread);
      this.#hold(thread);
    } else if (this.#usesContext && thread.context === undefined) {
      this.#chain(thread, this.#last ?? resolved.then(ignore));
    } else this.#release(thread);
  }

  /** `thread` has to wait for a slot; the context is that of now. The promise, for the caller of `spawn`, resolves at its admission. */
  queueSpawn(thread: Thread): Promise<unknown> {
    this.queue(thread);
    thread.gate = new Gate();
    return thread.gate.promise;
  }

  /** As `queueSpawn`, for those whose caller waits for no start. */
  queue(thread: Thread): void {
    if (this.#usesContext) thread.context ??= keepContext();
  }

  /** A thread that had to wait has a slot from now on. */
  admitted(thread: Thread): void {
    if (this.#isHolding) this.#hold(thread);
    else this.#release(thread);
  }

  /**
   * Announces a `drain` at the end of this job, where no code of a user is on the stack. False when somebody else drains
   * already.
   */
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
    }
  };

  get #isHolding(): boolean {
    return this.#turn.isOver || this.#overdue.length > 0 || this.#held.length > 0;
  }

  #release(thread: Thread): void {
    const { gate, extras } = thread;
    gate?.open(thread);
    if (this.#last !== undefined || gate !== undefined || extras?.spawner !== undefined) {
      // After those that were admitted before it, and after the caller, who has just been told.
      this.#chain(thread, this.#last ?? resolved);
    } else {
      this.#direct.push(thread);
      if (this.enter()) void resolved.then(this.drain);
    }
  }

  #chain(thread: Thread, before: Promise<void>): void {
    this.#chained.push(thread);
    this.#last = before.then(this.#startChained);
  }

  readonly #startChained = (): void => {
    const thread = this.#chained.shift();
    if (this.#chained.length === 0) this.#last = undefined;
    if (thread !== undefined) this.#begin(thread);
  };

  #begin(thread: Thread): void {
    const { context } = thread;
    if (context === undefined) this.#beginHere(thread);
    else context.runInAsyncScope(this.#beginHere, undefined, thread);
  }

  readonly #beginHere = (thread: Thread): void => {
    if (this.#released > 0) {
      this.#released -= 1;
      start(thread);
      if (this.#released === 0) void resolved.then(this.#continue);
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
