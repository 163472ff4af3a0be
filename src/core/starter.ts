import { outsideScope } from '../primitives/context.ts';
import { ignore } from '../primitives/deferred.ts';
import { Fifo } from '../primitives/fifo.ts';
import { ContextPump } from './context-pump.ts';
import type { FairTurn } from './fair-turn.ts';
import { Gate, spawned } from './gate.ts';
import type { GreenThread } from './green-thread.ts';
import { start } from './lifecycle.ts';

type Thread = GreenThread<unknown>;

/**
 * Brings admitted threads to their first line: in order of admission, in the right context, without recursion and without
 * keeping the event loop out. Never inside the call that admitted them; and whoever awaits a `spawn` goes on before the
 * first line, as in eventlet: it finds its thread admitted, not started, and can still link to it or take it back.
 */
export interface ItemStarter {
  /** `thread` has a slot from now on. */
  begin(thread: Thread): void;
  /** `thread` has to wait for a slot; it may need something of this moment, such as the context. */
  queue(thread: Thread): void;
  /** A thread that had to wait has a slot from now on. */
  admitted(thread: Thread): void;
}

/** What a pool has. The promises are for the callers of `spawn`, and resolve when the thread is admitted. */
export interface Starter extends ItemStarter {
  beginSpawn(thread: Thread): Promise<Thread>;
  queueSpawn(thread: Thread): Promise<Thread>;
}

/**
 * Starts each task in the context of its spawner. The gate is the promise that `spawn` returns, and a reaction
 * to a promise runs in the context it was attached in: the `AsyncLocalStorage` stores come for the price of a `then`, where an
 * `AsyncResource` per task would cost as much as all the rest.
 */
export class ContextStarter implements Starter {
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

  begin(thread: Thread): void {
    void this.beginSpawn(thread);
  }

  beginSpawn(thread: Thread): Promise<Thread> {
    if (!this.#isHolding()) return this.#startAfterCaller(thread, Promise.resolve(spawned(thread)));
    const gate = this.queueSpawn(thread);
    this.#hold(thread);
    return gate;
  }

  queue(thread: Thread): void {
    void this.queueSpawn(thread);
  }

  queueSpawn(thread: Thread): Promise<Thread> {
    thread.gate = new Gate();
    return this.#startAfterCaller(thread, thread.gate.promise);
  }

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
      this.queue(thread);
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

/**
 * Starts all tasks in one context, that of its own making: a pool's creator's. One task a run of the pump: what a task makes
 * of its context with `enterWith` is then not seen by the next one.
 */
export class PumpStarter implements Starter {
  readonly #turn: FairTurn;
  readonly #ready = new Fifo<Thread>();
  // A pool that is made in a green thread is not part of it.
  readonly #pump: ContextPump = outsideScope(() => new ContextPump(() => this.#startNext()));
  /** Those of `#ready` whose callers will have gone on when the pump runs. */
  #mayStart = 0;
  #isHopping = false;

  constructor(turn: FairTurn) {
    this.#turn = turn;
  }

  begin(thread: Thread): void {
    this.#ready.push(thread);
    // The caller has yet to attach its reaction, and a pump woken now would run before it.
    if (this.#isHopping) return;
    this.#isHopping = true;
    void Promise.resolve().then(this.#hop);
  }

  beginSpawn(thread: Thread): Promise<Thread> {
    this.begin(thread);
    return this.#turn.isOver ? this.queueSpawn(thread) : Promise.resolve(spawned(thread));
  }

  queue(): void {}

  queueSpawn(thread: Thread): Promise<Thread> {
    thread.gate = new Gate();
    return thread.gate.promise;
  }

  admitted(thread: Thread): void {
    this.#ready.push(thread);
    if (!this.#turn.isOver) thread.gate?.open(thread);
    this.#wake();
  }

  readonly #hop = (): void => {
    this.#isHopping = false;
    this.#wake();
  };

  /** Those who become ready while the pump is on its way are for a later run. */
  #wake(): void {
    if (this.#turn.isOver || this.#mayStart > 0) return;
    this.#mayStart = this.#ready.length;
    if (this.#mayStart > 0) this.#pump.wake();
  }

  #startNext(): void {
    if (this.#turn.spend()) {
      this.#turn.onNext(() => this.#resume());
      return;
    }
    const thread = this.#ready.shift();
    this.#mayStart -= 1;
    if (this.#mayStart > 0) this.#pump.wake();
    if (thread !== undefined) start(thread);
    this.#wake();
  }

  /** A new turn: those who were held back meanwhile learn that they are admitted. */
  #resume(): void {
    for (let count = this.#ready.length; count > 0; count -= 1) {
      const thread = this.#ready.shift();
      if (thread === undefined) break;
      thread.gate?.open(thread);
      this.#ready.push(thread);
    }
    this.#mayStart = 0;
    this.#wake();
  }
}

function pass(thread: Thread): Thread {
  return thread;
}
