import { ignore } from '../primitives/deferred.ts';
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
 * The gate is the promise that `spawn` returns, and a reaction
 * to a promise runs in the context it was attached in: the `AsyncLocalStorage` stores come for the price of a `then`, where an
 * `AsyncResource` per task would cost as much as all the rest.
 */
export class Starter {
  readonly #turn: FairTurn;
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

  /** `thread` has a slot from now on. The promise is for the caller of `spawn`. */
  begin(thread: Thread): Promise<Thread> {
    if (!this.#isHolding()) return this.#startAfterCaller(thread, Promise.resolve(spawned(thread)));
    const gate = this.queue(thread);
    this.#hold(thread);
    return gate;
  }

  /** `thread` has to wait for a slot; the context is that of now. The promise, for the caller of `spawn`, resolves at its admission. */
  queue(thread: Thread): Promise<Thread> {
    thread.gate = new Gate();
    return this.#startAfterCaller(thread, thread.gate.promise);
  }

  /** A thread that had to wait has a slot from now on. */
  admitted(thread: Thread): void {
    if (this.#isHolding()) this.#hold(thread);
    else thread.gate?.open(thread);
  }

  /**
   * The caller attaches its reaction to `gate` after the first of these two, and so before the second one is reached. All
   * starts take two steps, also where no caller waits, or they would overtake one another.
   */
  #startAfterCaller(thread: Thread, gate: Promise<Thread>): Promise<Thread> {
    // The gate brings the thread to the one function that starts them all, unless it is a spawnN's.
    const begin = thread.attention === 'none' ? (): void => this.#start(thread) : this.#start;
    // A caller that is withdrawn learns it from the gate; the reaction has nothing to add.
    void gate.then(pass).then(begin, ignore);
    return gate;
  }

  #isHolding(): boolean {
    return this.#turn.isOver || this.#overdue.length + this.#held.length > 0;
  }

  #hold(thread: Thread): void {
    this.#held.push(thread);
    this.#expectTurn();
  }

  #expectTurn(): void {
    if (this.#isExpectingTurn || !this.#turn.isOver) return;
    this.#isExpectingTurn = true;
    this.#turn.onNext(this.#resume);
  }

  readonly #start = (thread: Thread): void => {
    if (this.#released > 0) {
      this.#released -= 1;
    } else if (this.#turn.spend()) {
      // A new gate, made here, keeps the context.
      void this.queue(thread);
      this.#overdue.push(thread);
      this.#expectTurn();
      return;
    }
    start(thread);
  };

  readonly #resume = (): void => {
    this.#isExpectingTurn = false;
    this.#turn.look();
    this.#flush();
  };

  /** Lets go as many as may start before the clock is looked at, then looks again when they have started. */
  #flush(): void {
    for (let count = this.#turn.stride; count > 0; count -= 1) {
      const thread = this.#overdue.shift() ?? this.#held.shift();
      if (thread === undefined) return;
      this.#released += 1;
      thread.gate?.open(thread);
    }
    if (this.#overdue.length + this.#held.length > 0)
      void Promise.resolve().then(ignore).then(this.#continue);
  }

  readonly #continue = (): void => {
    if (this.#turn.look()) this.#expectTurn();
    else this.#flush();
  };
}

function pass(thread: Thread): Thread {
  return thread;
}
