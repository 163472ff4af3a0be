import { PoolClosedError } from '../errors.ts';
import type { Clock } from '../primitives/clock.ts';
import { type Context, hasContext, homeContext, useContext } from '../primitives/context.ts';
import { checkpoint } from '../primitives/waiter.ts';
import { type Executor, inContext, withoutScope } from './executor.ts';
import { type FailureInfo, type OnError, report } from './failures.ts';
import { FairTurn } from './fair-turn.ts';
import { spawned } from './gate.ts';
import type { GreenThread } from './green-thread.ts';
import { IdleWatch } from './idle.ts';
import { type Crew, isAborted, type Loan, loanOf, parkSpawner } from './lending.ts';
import { currentLineage, currentThread, type Lineage, memberOf } from './membership.ts';
import type { Bound } from './options.ts';
import { Slots } from './slots.ts';
import { Starter } from './starter.ts';
import { WaitLine } from './wait-line.ts';

type Thread = GreenThread<unknown>;

/** A map with work under way: it ends with its pool, takes nothing new when the pool is closed, and more when it grows. */
export interface OpenMap {
  end(reason: unknown): void;
  refuse(): void;
  pump(): void;
}

/** One kill of a whole pool. */
export interface Kill {
  readonly reason: unknown;
}

/** Who made a thread, when it was no plain `spawn`. */
export interface Origin {
  /** The callers it stands in line with. */
  readonly crew?: Crew;
  /** The outcome is known: once, when waiters learn of it. */
  settled(thread: Thread): void;
}

/** What a pool is made of, checked and complete. */
export interface CoreOptions {
  readonly size: number;
  readonly name: string | undefined;
  readonly onError: OnError;
  readonly context: boolean;
  readonly yieldEvery: number;
  readonly clock: Clock;
}

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
  readonly line: WaitLine<Thread> = new WaitLine();
  readonly idle: IdleWatch;
  readonly openMaps: Set<OpenMap> = new Set();
  isClosed = false;
  /** Told apart by identity. */
  lastKill: Kill = { reason: undefined };
  /** Maps that owe somebody an item. */
  askedMaps = 0;

  #size: number;
  #running = 0;
  /** Children in lent slots, those that wait for one included. */
  #lent = 0;
  #isAdmitting = false;

  constructor({ size, name, onError, context, yieldEvery, clock }: CoreOptions) {
    this.#size = size;
    this.name = name;
    this.onError = onError;
    this.clock = clock;
    this.usesContext = context && hasContext;
    if (this.usesContext) useContext();
    this.executor = this.usesContext ? inContext : withoutScope;
    this.home = this.usesContext ? undefined : homeContext();
    this.starter = new Starter(new FairTurn(clock, yieldEvery));
    this.idle = new IdleWatch(clock, () => this.isBusy);
  }

  get size(): number {
    return this.#size;
  }

  get running(): number {
    return this.#running;
  }

  get isBusy(): boolean {
    return this.#running > 0 || this.#lent > 0 || this.line.length > 0 || this.askedMaps > 0;
  }

  /** Whether a newcomer would get a slot at once. */
  get hasRoom(): boolean {
    return this.#running < this.#size && this.line.length === 0;
  }

  /** The member that the caller is, or runs in. */
  get member(): Thread | undefined {
    return this.usesContext ? memberOf(this, currentThread()) : undefined;
  }

  /** The way up for a thread that is spawned here. */
  get lineage(): Lineage | undefined {
    return this.usesContext ? currentLineage() : undefined;
  }

  /** What stands against a new call: a kill that its caller has yet to throw, a closed pool, an aborted signal. */
  refusal({ signal }: Bound): [reason: unknown] | undefined {
    const kill = checkpoint(undefined);
    if (kill !== undefined) return [kill.reason];
    if (this.isClosed) return [new PoolClosedError(this.name)];
    return signal?.aborted ? [signal.reason] : undefined;
  }

  /**
   * Admits `thread`: into a slot, into the slot of the member that spawns it when none can be had at once, or else into the
   * line. The promise is what `spawn` returns; nobody has to handle its rejection.
   */
  spawn(thread: Thread): Promise<unknown> {
    if (this.hasRoom) {
      this.#enter(thread);
      return this.starter.spawn(thread);
    }
    if (currentThread() !== undefined) {
      const spawner = parkSpawner(thread);
      this.admit(thread);
      return spawner.promise;
    }
    const gate = this.starter.queueSpawn(thread);
    this.#stand(thread);
    return gate;
  }

  /** As `spawn`, for those who wait for something else. */
  admit(thread: Thread): void {
    const member = this.hasRoom ? undefined : this.member;
    if (member === undefined) this.admitOutsider(thread);
    else this.#lend(member, thread);
  }

  /** As `admit`, where no member spawns. */
  admitOutsider(thread: Thread): void {
    if (this.hasRoom) this.begin(thread);
    else this.enqueue(thread);
  }

  /** Takes a slot, which must be free, for `thread`. */
  begin(thread: Thread): void {
    this.#enter(thread);
    this.starter.begin(thread);
  }

  /** As `begin`, `ms` milliseconds from now; there must be a slot then. The context is that of now. */
  beginAfter(thread: Thread, ms: number): void {
    this.starter.queue(thread);
    thread.delay(ms, () => {
      this.#take(thread);
      this.#admitted(thread);
    });
  }

  /** Puts `thread` into the line. */
  enqueue(thread: Thread): void {
    this.starter.queue(thread);
    this.#stand(thread);
  }

  /** Gives slots to those who wait for them, in order, as far as there are any. */
  admitWaiting(): void {
    // Withdrawing one that was aborted comes back here.
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    while (this.#running < this.#size) {
      const thread = this.line.shift();
      if (thread === undefined) break;
      thread.origin?.crew?.dequeue();
      if (isAborted(thread)) continue;
      this.#take(thread);
      this.#admitted(thread);
    }
    this.#isAdmitting = false;
  }

  resize(size: number): void {
    this.#size = size;
    this.admitWaiting();
    for (const map of [...this.openMaps]) map.pump();
  }

  /** First half of an end: the slot is back, and nobody knows yet. */
  release(thread: Thread): void {
    this.slots.leave(thread);
    const { extras } = thread;
    if (extras === undefined) this.#running -= 1;
    else this.#releaseLoans(extras.loan, extras.loanedFrom);
  }

  /** Second half, when the links have run: the next ones move up. */
  dispatch(thread: Thread): void {
    thread.extras?.loanedFrom?.beginNext();
    if (this.line.length > 0) this.admitWaiting();
    this.idle.settle();
  }

  /** `thread` gives up its place in the line, or in the loan that it waits for. */
  leaveLine(thread: Thread): void {
    const loanedFrom = thread.extras?.loanedFrom;
    if (thread.place instanceof WaitLine) thread.place.leave(thread);
    if (loanedFrom === undefined) thread.origin?.crew?.dequeue();
    else {
      this.#lent -= 1;
      this.#releaseOrphan(loanedFrom);
    }
    this.admitWaiting();
    this.idle.settle();
  }

  /** A queued caller of a crew is about to run in a lent slot. */
  moveToLoan(thread: Thread): void {
    this.line.leave(thread);
    this.#lent += 1;
  }

  /** `thread` has the lent slot now. */
  beginInLoan(thread: Thread): void {
    this.slots.enter(thread);
    this.#admitted(thread);
  }

  /** Hands an error that nobody else will see to `onError`. */
  report(thread: Thread, error: unknown): void {
    report(this.onError, error, this.describe(thread));
  }

  describe(thread: Thread): FailureInfo {
    return { pool: this.name, id: thread.id, name: thread.name };
  }

  #enter(thread: Thread): void {
    thread.watchSignal();
    this.idle.stir();
    this.#take(thread);
  }

  #stand(thread: Thread): void {
    thread.watchSignal();
    this.idle.stir();
    this.line.push(thread);
    thread.origin?.crew?.enqueue(thread);
  }

  #take(thread: Thread): void {
    this.#running += 1;
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
    this.starter.queue(thread);
    loanOf(member).add(thread);
  }

  #releaseLoans(loan: Loan | undefined, loanedFrom: Loan | undefined): void {
    loan?.partAll();
    if (loanedFrom !== undefined) {
      this.#lent -= 1;
      loanedFrom.childEnded();
      if (loan?.isInUse) loanedFrom.absorb(loan);
      this.#releaseOrphan(loanedFrom);
    } else if (loan?.isInUse) loan.isOrphan = true;
    else this.#running -= 1;
  }

  #releaseOrphan(loan: Loan): void {
    if (!loan.isOrphan || loan.isInUse) return;
    loan.isOrphan = false;
    this.#running -= 1;
  }
}
