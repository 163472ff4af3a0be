import type { Clock } from '../primitives/clock.ts';
import { type Context, hasContext, homeContext, useContext } from '../primitives/context.ts';
import { type Executor, inContext, withoutScope } from './executor.ts';
import type { OnError } from './failures.ts';
import { FairTurn } from './fair-turn.ts';
import { spawned } from './gate.ts';
import type { GreenThread } from './green-thread.ts';
import { IdleWatch } from './idle.ts';
import { isAborted, type Loan, loanOf, parkSpawner } from './lending.ts';
import { Limits } from './limits/limits.ts';
import { currentLineage, currentThread, type Lineage, memberOf } from './membership.ts';
import type { CoreOptions, Kill, OpenMap } from './pool-roles.ts';
import { Slots } from './slots.ts';
import { Starter } from './starter.ts';
import type { ThreadExtras } from './thread-extras.ts';
import { type Line, WaitLine } from './wait-line.ts';

type Thread = GreenThread<unknown>;

/** A pool without its faces: the slots, the line before them, and who moves from one to the other. */
export class PoolCore {
  readonly name: string | undefined;
  readonly clock: Clock;
  readonly onError: OnError;
  readonly executor: Executor;
  readonly usesContext: boolean;
  /** Where all tasks start, in a pool with `context: false`. */
  readonly home: Context | undefined;
  readonly starter: Starter;
  readonly slots: Slots = new Slots();
  /** @internal */
  line: Line<Thread>;
  /** From the first limit on; it is the line then. */
  limits: Limits | undefined = undefined;
  /** Tasks that will be tried again, and have no slot meanwhile. */
  readonly backoffs: Set<Thread> = new Set();
  readonly idle: IdleWatch;
  readonly openMaps: Set<OpenMap> = new Set();
  /** Changed by `resize` alone. */
  size: number;
  /** Slots in use. Changed in this file alone. */
  running = 0;
  isClosed = false;
  /** Told apart by identity. */
  lastKill: Kill = { reason: undefined };
  /** Maps that owe somebody an item. */
  askedMaps = 0;

  /** Children in lent slots, those that wait for one included. */
  #lent = 0;
  #isAdmitting = false;

  constructor({ size, name, onError, context, yieldEvery, clock, executor, line }: CoreOptions) {
    this.size = size;
    this.line = line ?? new WaitLine();
    this.name = name;
    this.onError = onError;
    this.clock = clock;
    this.usesContext = context && hasContext;
    if (this.usesContext) useContext();
    this.executor = executor ?? (this.usesContext ? inContext : withoutScope);
    this.home = this.usesContext ? undefined : homeContext();
    this.starter = new Starter(new FairTurn(clock, yieldEvery));
    this.idle = new IdleWatch(clock, () => this.isBusy);
  }

  get isBusy(): boolean {
    const waiting = this.#lent + this.line.length + this.backoffs.size;
    return this.running + waiting + this.askedMaps > 0;
  }

  /** Whether a newcomer would get a slot, as far as limits let it. */
  get hasRoom(): boolean {
    return this.running < this.size && this.line.length === 0;
  }

  /** The member that the caller is, or runs in. */
  get member(): Thread | undefined {
    return this.usesContext ? memberOf(this, currentThread()) : undefined;
  }

  /** The way up for a thread that is spawned here. */
  get lineage(): Lineage | undefined {
    return this.usesContext ? currentLineage() : undefined;
  }

  /** The limits of this pool, which has some from now on. */
  limit(): Limits {
    if (this.limits !== undefined) return this.limits;
    this.limits = new Limits(this);
    for (const thread of this.line.drain()) this.limits.push(thread);
    this.line = this.limits;
    return this.limits;
  }

  /**
   * Admits `thread`: into a slot, into the slot of the member that spawns it when none can be had at once, or else into the
   * line. The promise is what `spawn` returns; nobody has to handle its rejection.
   */
  spawn(thread: Thread): Promise<unknown> {
    if (this.#mayEnter(thread)) {
      this.#enter(thread);
      return this.starter.spawn(thread);
    }
    if (currentThread() !== undefined) {
      const spawner = parkSpawner(thread);
      this.wait(thread, this.member);
      return spawner.promise;
    }
    const gate = this.starter.queueSpawn(thread);
    this.#stand(thread);
    return gate;
  }

  /** As `spawn`, for those who wait for something else. */
  admit(thread: Thread): void {
    if (!this.tryBegin(thread)) this.wait(thread, this.member);
  }

  /** As `admit`, where no member spawns. */
  admitOutsider(thread: Thread): void {
    if (!this.tryBegin(thread)) this.wait(thread, undefined);
  }

  /** Takes a slot for `thread`, if it can have one at once. */
  tryBegin(thread: Thread): boolean {
    if (!this.#mayEnter(thread)) return false;
    this.begin(thread);
    return true;
  }

  /** `thread` waits for the slot of the member that spawns it, or in the line. */
  wait(thread: Thread, member: Thread | undefined): void {
    this.starter.queue(thread);
    if (member === undefined) this.#stand(thread);
    else if (this.limits === undefined) this.#lend(member, thread);
    else {
      this.#stand(thread);
      if (thread.place === this.line) loanOf(member).standBy(thread);
      this.limits.taskWaits();
    }
  }

  /** Takes a slot, which must be free, for `thread`. */
  begin(thread: Thread): void {
    this.#enter(thread);
    this.starter.begin(thread);
  }

  /** As `begin`, in `ms` milliseconds; there must be a slot then. The context is that of now. */
  beginAfter(thread: Thread, ms: number): void {
    this.starter.queue(thread);
    thread.delay(ms, () => {
      this.#take(thread);
      this.#admitted(thread);
    });
  }

  /** Gives slots to those who wait for them, in order, as far as there are any. */
  admitWaiting(): void {
    // Withdrawing one that was aborted comes back here.
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    while (this.running < this.size) {
      const thread = this.line.shift(this.size - this.running);
      if (thread === undefined) break;
      thread.extras?.standby?.drop(thread);
      thread.origin?.crew?.dequeue();
      if (isAborted(thread)) continue;
      this.#take(thread);
      this.#admitted(thread);
    }
    this.#isAdmitting = false;
  }

  resize(size: number): void {
    this.size = size;
    this.admitWaiting();
    for (const map of [...this.openMaps]) map.pump();
  }

  /** First half of an end: the slot is back, and nobody knows yet. */
  release(thread: Thread): void {
    this.slots.leave(thread);
    const { extras } = thread;
    if (extras === undefined) this.running -= 1;
    else this.#releaseAll(thread, extras);
  }

  /** Second half, when the links have run: the next ones move up. */
  dispatch(thread: Thread): void {
    thread.extras?.loanedFrom?.beginNext();
    if (this.line.length > 0) this.admitWaiting();
    this.limits?.offerHeldLoans();
    this.idle.settle();
  }

  /** `thread` gives up its place in the line, or in the loan that it waits for. */
  leaveLine(thread: Thread): void {
    const loanedFrom = thread.extras?.loanedFrom;
    const { place } = thread;
    if (place === this.line) this.line.leave(thread);
    else if (place instanceof WaitLine) place.leave(thread);
    thread.extras?.standby?.drop(thread);
    this.backoffs.delete(thread);
    if (loanedFrom === undefined) thread.origin?.crew?.dequeue();
    else {
      this.#lent -= 1;
      this.#releaseOrphan(loanedFrom);
      loanedFrom.beginNext();
    }
    this.admitWaiting();
    this.idle.settle();
  }

  /** Whether nothing but the want of a slot holds `thread` back, which could have that of `loan`; it has what it needs then. */
  mayLendTo(thread: Thread, loan: Loan): boolean {
    // One that has aborted only has to be taken out.
    return (
      this.limits === undefined ||
      thread.bound.signal?.aborted === true ||
      this.limits.admitLent(thread, loan)
    );
  }

  /** A queued caller of a crew is about to run in a lent slot. */
  moveToLoan(thread: Thread): void {
    this.line.leave(thread);
    this.#lent += 1;
  }

  /** `thread` has the lent slot now. */
  beginInLoan(thread: Thread): void {
    this.running += thread.extras?.ticket?.taken ?? 0;
    this.slots.enter(thread);
    this.#admitted(thread);
    // It may have left a place in the line.
    if (this.limits !== undefined) this.admitWaiting();
  }

  #enter(thread: Thread): void {
    thread.watchSignal();
    this.idle.stir();
    this.#take(thread);
  }

  #mayEnter(thread: Thread): boolean {
    if (!this.hasRoom) return false;
    return this.limits === undefined || this.limits.admit(thread, this.size - this.running);
  }

  #stand(thread: Thread): void {
    thread.watchSignal();
    this.idle.stir();
    this.line.push(thread);
    thread.origin?.crew?.enqueue(thread);
    // Those before it may wait for something that does not concern it.
    if (this.running < this.size) this.admitWaiting();
  }

  #take(thread: Thread): void {
    this.running += this.limits === undefined ? 1 : (thread.extras?.ticket?.taken ?? 1);
    this.slots.enter(thread);
  }

  #admitted(thread: Thread): void {
    this.idle.stir();
    this.starter.admitted(thread);
    const { extras } = thread;
    if (extras?.isInSpawnersSlot === false) extras.spawner?.grant(spawned(thread));
  }

  #lend(member: Thread, thread: Thread): void {
    thread.watchSignal();
    this.idle.stir();
    this.#lent += 1;
    thread.extra().isInSpawnersSlot = true;
    loanOf(member).add(thread);
  }

  #releaseAll(thread: Thread, { loan, loanedFrom, ticket }: ThreadExtras): void {
    const slots = ticket?.taken ?? (loanedFrom === undefined ? 1 : 0);
    if (ticket !== undefined) this.limits?.release(thread);
    loan?.partAll();
    if (loanedFrom !== undefined) {
      this.#lent -= 1;
      this.running -= slots;
      loanedFrom.childEnded();
      if (loan?.isInUse) loanedFrom.absorb(loan);
      this.#releaseOrphan(loanedFrom);
    } else if (loan?.isInUse) loan.orphanedSlots = slots;
    else this.running -= slots;
  }

  #releaseOrphan(loan: Loan): void {
    if (loan.isInUse) return;
    this.running -= loan.orphanedSlots;
    loan.orphanedSlots = 0;
  }
}
