import { ignore } from '../primitives/deferred.ts';
import { Fifo } from '../primitives/fifo.ts';
import { Waiter } from '../primitives/waiter.ts';
import type { GreenThread } from './green-thread.ts';
import { stop } from './lifecycle.ts';
import { isBelowKey } from './membership.ts';
import type { PoolCore } from './pool-core.ts';
import { WaitLine } from './wait-line.ts';

type Thread = GreenThread<unknown>;

/**
 * The slot of one member, lent to its children one after another. It exists from the first child on, and outlives the
 * member when children are left: the slot then stays with them (`orphanedSlots`), or, when the member sat in a lent slot itself,
 * they move up into that loan, so that a chain of tasks that each spawn the next and end stays one loan long.
 */
export class Loan {
  /** The child that runs in the slot. */
  #child: Thread | undefined = undefined;
  #isChoosing = false;
  /** Children that wait for it. */
  readonly #waiting = new WaitLine<Thread>({ isRanked: true });
  /** Maps and piles whose results the member waits for, and how often: their queued callers may have the slot as well. */
  readonly #crews = new Map<Crew, number>();
  /** Children that stand in the line of a pool with limits: a slot of their own is as good. In order of arrival. */
  readonly #standby = new Set<Thread>();
  /** Slots that are lent here: the weight of the member. */
  readonly slots: number;
  /** The member holds its slot as one of a key, or runs below one that does. */
  readonly isBelowKey: boolean;
  /** The slots of the pool that came down to the children when the member ended. */
  orphanedSlots = 0;

  constructor(slots: number, isBelowKey: boolean) {
    this.slots = slots;
    this.isBelowKey = isBelowKey;
  }

  /** Whether anybody runs or waits here, and has no other place to wait. */
  get isInUse(): boolean {
    return this.#child !== undefined || this.#waiting.length > 0;
  }

  /** Whether the member has children here, or waits for results. */
  get isAwaited(): boolean {
    return this.isInUse || this.isWanted;
  }

  /** Whether anybody waits here who could have the slot. */
  get isWanted(): boolean {
    return this.#waiting.length > 0 || this.#standby.size > 0 || this.#crews.size > 0;
  }

  /** Lends the slot to `child`, now or when its turn comes. */
  add(child: Thread): void {
    child.extra().loanedFrom = this;
    this.#waiting.push(child);
    this.beginNext();
  }

  /** `child` stands in the line and may have the slot as well. */
  standBy(child: Thread): void {
    child.extra().standby = this;
    this.#standby.add(child);
    this.beginNext();
  }

  /** `child` stands in the line no longer. */
  drop(child: Thread): void {
    child.extra().standby = undefined;
    this.#standby.delete(child);
  }

  /** `child` ran here and has ended. Whoever calls this calls `beginNext` when all have been told. */
  childEnded(): void {
    this.#child = undefined;
  }

  /** Gives the slot to the next who waits for it, unless somebody has it. */
  beginNext(): void {
    // One that has aborted comes back here while it leaves.
    if (this.#isChoosing) return;
    this.#isChoosing = true;
    while (this.#child === undefined) {
      const child = this.#next();
      if (child === undefined) break;
      if (child.place === this.#waiting) this.#waiting.shift();
      else this.#takeFromLine(child);
      if (!isAborted(child)) this.#begin(child);
    }
    this.#isChoosing = false;
  }

  /** A member in this loan has ended with children in its own: they take its place here. */
  absorb(loan: Loan): void {
    for (const thread of loan.#waiting.drain()) {
      thread.extra().loanedFrom = this;
      this.#waiting.push(thread);
    }
    this.#child = loan.#child;
    if (this.#child !== undefined) this.#child.extra().loanedFrom = this;
  }

  /** Takes those who wait here out, in order. */
  drain(): Thread[] {
    return this.#waiting.drain();
  }

  /** The member starts to wait for results of `crew`. */
  join(crew: Crew): void {
    this.#crews.set(crew, (this.#crews.get(crew) ?? 0) + 1);
    crew.lenders.add(this);
    this.beginNext();
    crew.core.limits?.taskWaits();
  }

  /** One wait of the member is over. */
  part(crew: Crew): void {
    const waits = this.#crews.get(crew) ?? 0;
    if (waits > 1) this.#crews.set(crew, waits - 1);
    else this.#leave(crew);
  }

  /** The member has ended: its own waits have no claim to the slot any more. */
  partAll(): void {
    for (const crew of this.#crews.keys()) this.#leave(crew);
    for (const child of this.#standby) this.drop(child);
  }

  #leave(crew: Crew): void {
    this.#crews.delete(crew);
    crew.lenders.delete(this);
  }

  /** Who may have the slot now: of a pool without limits whoever is first, else the first whom they let. */
  #next(): Thread | undefined {
    const first = this.#waiting.peek();
    if (first !== undefined) return first.core.mayLendTo(first, this) ? first : undefined;
    for (const child of byPriority(this.#standby)) if (child.core.mayLendTo(child, this)) return child;
    for (const crew of this.#crews.keys()) {
      const child = crew.find((queued) => queued.core.mayLendTo(queued, this));
      if (child !== undefined) return child;
    }
    return undefined;
  }

  #takeFromLine(child: Thread): void {
    child.core.moveToLoan(child);
    if (this.#standby.has(child)) {
      this.drop(child);
      child.extra().isInSpawnersSlot = true;
    }
    child.origin?.crew?.dequeue();
    child.extra().loanedFrom = this;
  }

  #begin(child: Thread): void {
    this.#child = child;
    child.core.beginInLoan(child);
  }
}

/**
 * The callers of one map or pile that stand in the pool's line, and the members that wait for its results. A member
 * that waits for them in a full pool would wait for itself; it lends them its slot instead.
 */
export class Crew {
  readonly core: PoolCore;
  readonly lenders: Set<Loan> = new Set();
  /** In order of arrival; those who left the line are still here until they come up. */
  readonly #queued = new Fifo<Thread>();

  constructor(core: PoolCore) {
    this.core = core;
  }

  /** `thread` stands in line now. */
  enqueue(thread: Thread): void {
    this.#queued.push(thread);
    if (this.lenders.size > 0) for (const loan of this.lenders) loan.beginNext();
  }

  /** Somebody stands in line no longer. O(1), amortised: most leave from the front. */
  dequeue(): void {
    this.#head();
  }

  /** Those who have not ended. O(size). */
  threads(): Thread[] {
    const { slots, backoffs } = this.core;
    const others = [...slots.threads(), ...backoffs].filter((thread) => thread.origin?.crew === this);
    return [...this.#standing(), ...others];
  }

  #standing(): Thread[] {
    this.#queued.filter((thread) => this.#stands(thread));
    const threads: Thread[] = [];
    for (let count = this.#queued.length; count > 0; count -= 1) {
      const thread = this.#queued.shift();
      if (thread === undefined) break;
      threads.push(thread);
      this.#queued.push(thread);
    }
    return threads;
  }

  /**
   * The first of those who have stood in line longest that `mayHave` accepts; whoever takes it out of the line calls `dequeue`. O(1)
   * where the first one is accepted, or nobody is.
   */
  find(mayHave: (thread: Thread) => boolean): Thread | undefined {
    const first = this.#head();
    if (first === undefined || mayHave(first)) return first;
    return this.core.limits === undefined ? undefined : this.#standing().slice(1).find(mayHave);
  }

  /** Drops those who have left from the front. */
  #head(): Thread | undefined {
    let head = this.#queued.peek();
    while (head !== undefined && !this.#stands(head)) {
      this.#queued.shift();
      head = this.#queued.peek();
    }
    return head;
  }

  #stands(thread: Thread): boolean {
    return thread.place === this.core.line;
  }
}

/** The loan through which `member` lends its slot. */
export function loanOf(member: Thread): Loan {
  const extras = member.extra();
  const { loanedFrom, ticket } = extras;
  const slots = loanedFrom === undefined ? (ticket?.taken ?? 1) : loanedFrom.slots + (ticket?.taken ?? 0);
  // Without limits nobody has a key, and a deep chain would be walked up for each loan of it.
  extras.loan ??= new Loan(slots, member.core.limits !== undefined && isBelowKey(member));
  return extras.loan;
}

function byPriority(threads: Iterable<Thread>): Thread[] {
  return [...threads].sort((a, b) => b.priority - a.priority);
}

/** The promise of a spawn that waits inside another green thread: a kill of that one ends it. */
export function parkSpawner(thread: Thread): Waiter<Thread> {
  const spawner = new Waiter<Thread>('spawn()', () => thread.leaveIfQueued());
  thread.extra().spawner = spawner.listen(undefined);
  void spawner.promise.then(undefined, ignore);
  return spawner;
}

/**
 * Withdraws `thread`, which has just left a line for a slot, when its signal has aborted: of many that hang on one signal,
 * those that were told first must not make room for those that are about to be told.
 */
export function isAborted(thread: Thread): boolean {
  const { signal } = thread.bound;
  if (signal?.aborted !== true) return false;
  stop(thread, signal.reason);
  return true;
}
