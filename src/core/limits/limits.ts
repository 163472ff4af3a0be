import { type Deadline, deadlinesOf, type Expiring } from '../../primitives/deadlines.ts';
import { Heap } from '../../primitives/heap.ts';
import type { GreenThread } from '../green-thread.ts';
import { isAborted, type Loan } from '../lending.ts';
import type { PoolCore } from '../pool-core.ts';
import type { Line } from '../wait-line.ts';
import { Lanes } from './lanes.ts';
import type { Lane, Wake } from './per-key.ts';
import type { Rate } from './rate.ts';
import { weightOf } from './ticket.ts';

type Thread = GreenThread<unknown>;

/** What those who wait wait for, and how many do. */
export interface Census {
  queued: number;
  rate: number;
  key: number;
  paused: number;
}

/**
 * The line of a pool that has limits: everything that may hold a task back besides the want of a slot. A pool gets one with its
 * first limit; until then nothing of this costs anything.
 *
 * Each key has a *lane*, and those without a key share one. A lane whose key or rate holds it back is left out until a slot of
 * its key comes free or its time has come, so that it blocks no other. A pause, a throttled pool and the pool's own rate hold
 * all lanes. Who is next and does not fit, by its weight, waits, and nobody overtakes it: otherwise light tasks could keep a heavy
 * one out for ever.
 *
 * A push, a start and an end are O(log lanes). Nothing is polled: one timer a pool, for the nearest moment that changes anything,
 * and only while somebody waits for it.
 */
export class Limits implements Line<Thread>, Expiring {
  readonly #core: PoolCore;
  readonly #lanes: Lanes;
  /** Lanes that their rate holds back, with moments that have gone stale. */
  readonly #wakes = new Heap<Wake>((a, b) => a.at - b.at);
  /** Lent slots that stand still because of a pause or a rate. */
  readonly #heldLoans = new Set<Loan>();
  #length = 0;
  #deadline: Deadline | undefined = undefined;
  #throttledUntil = Number.NEGATIVE_INFINITY;
  /** The pool's own. */
  rate: Rate | undefined = undefined;
  isPaused = false;

  constructor(core: PoolCore) {
    this.#core = core;
    this.#lanes = new Lanes(core.clock, this);
  }

  /** Those who wait, whatever for. */
  get length(): number {
    return this.#length;
  }

  /** Gives `thread` what it needs to start in one of `free` slots, if nothing stands against it. For when nobody waits. */
  admit(thread: Thread, free: number): boolean {
    if (this.isPaused || !this.#fits(thread, free)) return false;
    const now = this.#core.clock.now();
    const lane = this.#lanes.of(thread);
    const mayStart = this.#openAt(now) <= now && !lane.isFullFor(thread) && lane.readyAt(thread, now) <= now;
    if (mayStart) this.#serve(thread, lane, now);
    else this.#lanes.cool(lane);
    return mayStart;
  }

  /** As `admit`, for one that takes the slot of its spawner: that has the weight and the key, so only time can hold it. */
  admitLent(thread: Thread, loan: Loan): boolean {
    const now = this.#core.clock.now();
    const lane = this.#lanes.of(thread);
    const at = Math.max(this.#openAt(now), lane.readyAt(thread, now));
    const mayStart = !this.isPaused && at <= now;
    if (mayStart) this.#spend(thread, lane, now);
    else {
      this.#heldLoans.add(loan);
      if (at > now) this.#expectBy(at);
    }
    this.#lanes.cool(lane);
    return mayStart;
  }

  push(thread: Thread): void {
    const lane = this.#lanes.of(thread);
    lane.line.push(thread);
    this.#length += 1;
    this.#lanes.enter(thread, lane);
    // Whoever comes first now may be let in where the one before was not.
    if (lane.line.peek() === thread) this.#lanes.queueUp(lane);
  }

  /** Takes the first one out that may start in one of `free` slots; it has what it needs then. */
  shift(free: number): Thread | undefined {
    if (this.#length === 0 || this.isPaused) return undefined;
    const now = this.#core.clock.now();
    this.#wakeUp(now);
    for (let lane = this.#lanes.next(); lane !== undefined; lane = this.#lanes.next()) {
      const thread = lane.line.peek();
      if (thread === undefined || lane.isFullFor(thread)) lane.turn = undefined;
      else if (thread.bound.signal?.aborted) this.#dismiss(thread, lane);
      else if (lane.readyAt(thread, now) > now) this.#sleep(lane, lane.readyAt(thread, now));
      else if (!this.#fits(thread, free)) return undefined;
      else if (this.#openAt(now) > now) {
        this.#expectBy(this.#openAt(now));
        return undefined;
      } else {
        this.#takeOut(lane);
        this.#serve(thread, lane, now);
        // It used the lane twice, for an instant: with no user at all the lane would have gone.
        lane.users -= 1;
        return thread;
      }
    }
    return undefined;
  }

  leave(thread: Thread): void {
    const lane = this.#lanes.of(thread);
    const wasFirst = lane.line.peek() === thread;
    const { length } = lane.line;
    lane.line.leave(thread);
    if (lane.line.length === length) return;
    this.#length -= 1;
    this.#lanes.leave(thread, lane);
    if (wasFirst) this.#lanes.queueUp(lane);
    this.#forgetTime();
  }

  drain(): Thread[] {
    const all: Thread[] = [];
    for (const lane of this.#lanes.all()) {
      for (const thread of lane.line.drain()) {
        all.push(thread);
        this.#lanes.leave(thread, lane);
      }
    }
    this.#length = 0;
    this.#forgetTime();
    return all.sort((a, b) => b.priority - a.priority || a.id - b.id);
  }

  /** `thread` gives back what it got to start; not the time. */
  release(thread: Thread): void {
    const lane = thread.extras?.ticket?.lane;
    if (lane === undefined) return;
    lane.running -= 1;
    this.#lanes.leave(thread, lane);
    if (lane.turn === undefined && lane.wake === undefined) this.#lanes.queueUp(lane);
  }

  /** Lets nothing start for `ms` milliseconds: of one key, or of all. */
  throttle(ms: number, key: unknown): void {
    const until = this.#core.clock.now() + ms;
    if (key === undefined) this.#throttledUntil = Math.max(this.#throttledUntil, until);
    else {
      const lane = this.#lanes.withKey(key);
      lane.heldUntil = Math.max(lane.heldUntil, until);
      this.#lanes.cool(lane);
    }
  }

  /** What those who wait wait for. O(lanes). */
  census(free: number): Census {
    const census: Census = { queued: 0, rate: 0, key: 0, paused: 0 };
    const now = this.#core.clock.now();
    const isOpen = free <= 0 || this.#openAt(now) <= now;
    for (const lane of this.#lanes.all()) {
      const first = lane.line.peek();
      if (first === undefined) continue;
      census[this.#holds(lane, first, { now, isOpen })] += lane.line.length;
    }
    return census;
  }

  /** The time has come for which the timer was set. */
  expire(): void {
    this.#deadline = undefined;
    this.#letGo();
  }

  resume(): void {
    this.isPaused = false;
    this.#letGo();
  }

  /** Something that held all has gone. */
  #letGo(): void {
    const loans = [...this.#heldLoans];
    this.#heldLoans.clear();
    for (const loan of loans) loan.beginNext();
    this.#core.admitWaiting();
  }

  #holds(lane: Lane, first: Thread, { now, isOpen }: { now: number; isOpen: boolean }): keyof Census {
    if (this.isPaused) return 'paused';
    if (lane.isFullFor(first)) return 'key';
    return !isOpen || lane.readyAt(first, now) > now ? 'rate' : 'queued';
  }

  /** From when on a throttled pool and its rate let anybody start. */
  #openAt(now: number): number {
    const { rate } = this;
    const at = rate === undefined || rate.isReady(now) ? Number.NEGATIVE_INFINITY : rate.readyAt;
    return Math.max(at, this.#throttledUntil);
  }

  // What was queued before a shrink may want more than there is now: it runs alone.
  #fits(thread: Thread, free: number): boolean {
    return Math.min(weightOf(thread), this.#core.size) <= free;
  }

  /** The signal of `thread` has aborted, and it is about to be told: it takes nothing. */
  #dismiss(thread: Thread, lane: Lane): void {
    this.#takeOut(lane);
    this.#lanes.leave(thread, lane);
    thread.origin?.crew?.dequeue();
    isAborted(thread);
  }

  #takeOut(lane: Lane): void {
    lane.line.shift();
    this.#length -= 1;
    lane.turn = undefined;
    this.#lanes.queueUp(lane);
    this.#forgetTime();
  }

  #serve(thread: Thread, lane: Lane, now: number): void {
    this.#spend(thread, lane, now);
    const ticket = thread.extras?.ticket;
    if (ticket === undefined) return;
    ticket.taken = Math.min(ticket.weight, this.#core.size);
    lane.running += 1;
    this.#lanes.enter(thread, lane);
  }

  #spend(thread: Thread, lane: Lane, now: number): void {
    this.rate?.take(now);
    lane.spend(thread, now);
  }

  #sleep(lane: Lane, at: number): void {
    lane.turn = undefined;
    lane.wake = { lane, at };
    this.#wakes.push(lane.wake);
    this.#expectBy(at);
  }

  #wakeUp(now: number): void {
    for (let wake = this.#wakes.peek(); wake !== undefined; wake = this.#wakes.peek()) {
      const isStale = wake.lane.wake !== wake;
      if (!isStale && wake.at > now) {
        this.#expectBy(wake.at);
        return;
      }
      this.#wakes.pop();
      if (!isStale) this.#lanes.queueUp(wake.lane);
    }
  }

  #expectBy(at: number): void {
    const deadlines = deadlinesOf(this.#core.clock);
    if (this.#deadline !== undefined) {
      if (this.#deadline.at <= at) return;
      deadlines.remove(this.#deadline);
    }
    this.#deadline = deadlines.add(this, at - this.#core.clock.now());
  }

  /** Nobody waits: a timer would only keep the process alive. */
  #forgetTime(): void {
    if (this.#length > 0 || this.#heldLoans.size > 0 || this.#deadline === undefined) return;
    deadlinesOf(this.#core.clock).remove(this.#deadline);
    this.#deadline = undefined;
  }
}
