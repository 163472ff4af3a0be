import { Fifo } from '../primitives/fifo.ts';
import { WaitQueue } from '../primitives/wait-queue.ts';
import { checkpoint, refused, Waiter, type WaitOptions } from '../primitives/waiter.ts';
import type { GreenThread } from './green-thread.ts';
import { Crew, type Loan, loanOf } from './lending.ts';
import { currentThread } from './membership.ts';
import type { PoolCore } from './pool-core.ts';
import type { Origin } from './pool-roles.ts';
import { DONE } from './thread-state.ts';

/** How one `next()` wants its item. */
export interface Taking {
  /** A `PromiseSettledResult` instead of a value or a rejection. */
  readonly isSettled: boolean;
  /** An item that rejects ends the iteration. */
  readonly endsOnError: boolean;
}

/** Who owns the results: it says whether more will come, and hears what is taken. */
export interface ResultsOwner {
  /** The crews of those that the owner itself waits for. */
  readonly upstream: readonly Crew[];
  /** Nothing more will come, after what is outstanding. */
  readonly isExhausted: boolean;
  /** An item was taken, rejected or not. */
  taken(): void;
  /** An item rejected at an iteration that cannot go on. */
  failed(): void;
  /** Nobody waits any more, or every outcome is known. */
  changed(): void;
  /** What has no turn of its own any more, such as an error after the last item: an array of one. */
  takeLastError(): [reason: unknown] | undefined;
}

type Thread = GreenThread<unknown>;
type Item = IteratorResult<unknown, undefined>;

const done: Item = Object.freeze({ value: undefined, done: true });

/** Somebody who waits for items: for the next one, or for all that are left. */
abstract class Taker extends Waiter<unknown> {
  readonly taking: Taking;
  /** Who waits. */
  readonly thread: Thread | undefined = currentThread();

  constructor(what: string, taking: Taking, onGiveUp: (waiter: Waiter<unknown>) => void) {
    super(what, onGiveUp);
    this.taking = taking;
  }

  /** Loans of the members whose slots this wait lends. */
  readonly lent: [loan: Loan, crew: Crew][] = [];

  protected override onSettled(): void {
    for (const [loan, crew] of this.lent) loan.part(crew);
  }

  /** Takes a thread that has a result, or whose outcome is taken as it is. True when no more is wanted. */
  abstract take(thread: Thread): boolean;
  /** There are no more. */
  abstract finish(): void;
}

/** A parked `next()`. */
class NextTaker extends Taker {
  take(thread: Thread): boolean {
    return this.grant(itemOf(thread, this.taking));
  }

  finish(): void {
    this.grant(done);
  }
}

/** A `toArray()`: one promise for all items, where a `next()` for each would cost as much as the items. */
class AllTaker extends Taker {
  readonly #values: unknown[] = [];

  take(thread: Thread): boolean {
    this.#values.push(resultOf(thread, this.taking));
    return false;
  }

  finish(): void {
    this.grant(this.#values);
  }
}

/**
 * The results of many green threads on their way to one consumer, in the order of spawning or of completion. Maps and
 * piles stand on it. A `next()` that gives up loses nothing: an item leaves only when somebody takes it.
 */
export class Results implements Origin {
  readonly crew: Crew;
  readonly #core: PoolCore;
  readonly #owner: ResultsOwner;
  readonly #isOrdered: boolean;
  /** In spawn order: all threads. In completion order: those that have ended. */
  #cells = new Fifo<Thread>();
  /** Threads whose outcome nobody has taken. */
  #outstanding = 0;
  #unsettled = 0;
  readonly #takers = new WaitQueue<unknown>('next()');

  constructor(core: PoolCore, owner: ResultsOwner, isOrdered: boolean) {
    this.#core = core;
    this.crew = new Crew(core);
    this.#owner = owner;
    this.#isOrdered = isOrdered;
  }

  /** All whose slots a parked `next()` may come to depend on. */
  get crews(): readonly Crew[] {
    return [this.crew, ...this.#owner.upstream];
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  get hasUnsettled(): boolean {
    return this.#unsettled > 0;
  }

  get hasWaiters(): boolean {
    return this.#takers.length > 0;
  }

  /** The green thread that has waited for an item longest. */
  get consumer(): Thread | undefined {
    return this.#first?.thread;
  }

  /** `thread` has been spawned. */
  expect(thread: Thread): void {
    this.#outstanding += 1;
    this.#unsettled += 1;
    if (this.#isOrdered) this.#cells.push(thread);
  }

  /** The outcome of `thread` is known; one that was withdrawn from the line is forgotten. */
  settled(thread: Thread): void {
    // After clear(), nobody is expected any more.
    if (this.#unsettled === 0) return;
    this.#unsettled -= 1;
    if (thread.isWithdrawn) this.#outstanding -= 1;
    else if (!this.#isOrdered) this.#cells.push(thread);
    this.flush();
    if (this.#unsettled === 0) this.#owner.changed();
  }

  /** Takes the next item, now or when there is one. */
  next(taking: Taking, options: WaitOptions | undefined): Promise<Item> {
    try {
      const refusal = checkpoint(options);
      if (refusal !== undefined) return refused(refusal);
    } catch (error) {
      return Promise.reject(error);
    }
    const thread = this.#takers.length === 0 ? this.#shift() : undefined;
    if (thread !== undefined) return this.#give(thread, taking);
    if (!this.#isAtEnd()) {
      return this.#park(new NextTaker('next()', taking, this.#remove), options) as Promise<Item>; // see NextTaker
    }
    const error = this.#owner.takeLastError();
    return error === undefined ? Promise.resolve(done) : Promise.reject(error[0]);
  }

  /** Takes all items that are left. */
  all(taking: Taking): Promise<unknown[]> {
    const all = new AllTaker('toArray()', taking, this.#remove);
    const promise = this.#park(all, undefined) as Promise<unknown[]>; // see AllTaker
    this.flush();
    return promise;
  }

  /** Gives out what can be given; to be called whenever something has changed. */
  flush(): void {
    if (this.#takers.length === 0) return;
    for (let taker = this.#first; taker !== undefined; taker = this.#first) {
      const thread = this.#shift();
      if (thread === undefined) break;
      this.#hand(taker, thread);
    }
    if (this.#first === undefined || !this.#isAtEnd()) return;
    const error = this.#owner.takeLastError();
    if (error !== undefined) this.#takers.shift()?.fail(error[0]);
    for (let taker = this.#first; taker !== undefined; taker = this.#first) {
      this.#takers.shift();
      taker.finish();
    }
  }

  /** Forgets all items; the end is reached. */
  clear(): void {
    this.#outstanding = 0;
    this.#unsettled = 0;
    this.#cells = new Fifo();
    this.flush();
  }

  #isAtEnd(): boolean {
    return this.#outstanding === 0 && this.#owner.isExhausted;
  }

  /** The next thread whose outcome is known. */
  #shift(): Thread | undefined {
    for (let head = this.#cells.peek(); head !== undefined; head = this.#cells.peek()) {
      if (!head.isOver) return undefined;
      this.#cells.shift();
      if (head.isWithdrawn) continue;
      this.#outstanding -= 1;
      return head;
    }
    return undefined;
  }

  #give(thread: Thread, taking: Taking): Promise<Item> {
    const fails = this.#take(thread, taking);
    return fails ? Promise.reject(thread.outcome) : Promise.resolve(itemOf(thread, taking));
  }

  #hand(taker: Taker, thread: Thread): void {
    const { taking } = taker;
    // The taker first: an owner that closes the map ends all who are still parked.
    if (thread.status === DONE || taking.isSettled) {
      if (taker.take(thread)) this.#takers.remove(taker);
    } else {
      this.#takers.shift();
      taker.fail(thread.outcome);
    }
    this.#take(thread, taking);
  }

  /** Whether taking `thread` in this way rejects. */
  #take(thread: Thread, taking: Taking): boolean {
    const fails = thread.status !== DONE && !taking.isSettled;
    thread.look();
    if (fails && taking.endsOnError) this.#owner.failed();
    else this.#owner.taken();
    return fails;
  }

  /** Who has waited longest. */
  get #first(): Taker | undefined {
    return this.#takers.first as Taker | undefined; // only takers are added
  }

  readonly #remove = (taker: Waiter<unknown>): void => {
    this.#takers.remove(taker);
    this.#owner.changed();
  };

  /** A member that waits here lends its slot to the callers that stand in line for these results. */
  #park(taker: Taker, options: WaitOptions | undefined): Promise<unknown> {
    taker.listen(options, this.#core.clock);
    if (taker.isSettled) return taker.promise;
    this.#takers.add(taker);
    if (taker.thread !== undefined) for (const crew of this.crews) lend(crew, taker);
    return taker.promise;
  }
}

function lend(crew: Crew, taker: Taker): void {
  const { member } = crew.core;
  if (member === undefined) return;
  const loan = loanOf(member);
  taker.lent.push([loan, crew]);
  loan.join(crew);
}

function itemOf(thread: Thread, taking: Taking): Item {
  return { value: resultOf(thread, taking), done: false };
}

function resultOf({ status, outcome }: Thread, taking: Taking): unknown {
  if (!taking.isSettled) return outcome;
  const settled: PromiseSettledResult<unknown> =
    status === DONE ? { status: 'fulfilled', value: outcome } : { status: 'rejected', reason: outcome };
  return settled;
}
