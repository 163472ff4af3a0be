import type { GreenThread } from '../green-thread.ts';
import { isAborted, type Loan } from '../lending.ts';
import { areAllWaiting } from '../membership.ts';
import type { PoolCore } from '../pool-core.ts';
import type { Census } from '../stats.ts';
import type { Line } from '../wait-line.ts';
import { Alarm } from './alarm.ts';
import { Keys } from './keys.ts';
import { type Lane, Lanes } from './lanes.ts';
import type { KeyRecord } from './per-key.ts';
import type { Rate } from './rate.ts';
import { weightOf } from './ticket.ts';
import { Wakes } from './wakes.ts';

type Thread = GreenThread<unknown>;

/**
 * The line of a pool that has limits: everything that may hold a task back besides the want of a slot. A pool gets one with its
 * first limit; until then nothing of this costs anything.
 *
 * Those whom the same limits hold back stand in one *lane*. A lane whose key or rate holds it back is left out until a slot of
 * its key comes free or its time has come, so that it blocks no other. A pause, a throttled pool and the pool's own rate hold
 * all lanes. Who is next and does not fit, by its weight, waits, and nobody overtakes it: otherwise light tasks could keep a heavy
 * one out for ever.
 *
 * A push, a start and an end are O(log lanes). Nothing is polled: one timer a pool, for the nearest moment that changes anything,
 * and only while somebody waits for it.
 */
export class Limits implements Line<Thread> {
  readonly #core: PoolCore;
  readonly #keys: Keys;
  readonly #lanes: Lanes;
  readonly #wakes = new Wakes();
  readonly #alarm: Alarm;
  /** Lent slots that stand empty because the limits hold back those who could have them. */
  readonly heldLoans: Set<Loan> = new Set();
  /** One of them because of a weight. */
  #isHeavyHeld = false;
  #length = 0;
  #throttledUntil = Number.NEGATIVE_INFINITY;
  /** The pool's own. */
  rate: Rate | undefined = undefined;
  isPaused = false;

  constructor(core: PoolCore) {
    this.#core = core;
    this.#keys = new Keys(core.clock);
    this.#lanes = new Lanes(this);
    this.#alarm = new Alarm(core.clock, () => this.letGo());
  }

  /** Those who wait, whatever for. */
  get length(): number {
    return this.#length;
  }

  /** Gives `thread` what it needs to start in one of `free` slots, if nothing stands against it. For when nobody waits. */
  admit(thread: Thread, free: number): boolean {
    if (this.isPaused || !this.#fits(thread, free)) return false;
    const now = this.#core.clock.now();
    const record = this.#recordOf(thread);
    const mayStart =
      this.#openAt(now) <= now &&
      !record.isFull(thread.bound.perKey) &&
      this.#readyAt(thread, record, now) <= now;
    if (mayStart) this.#serve(thread, record, now);
    else this.#keys.cool(record);
    return mayStart;
  }

  /**
   * Gives `thread` what it needs to start in the slot that `loan` lends, if nothing stands against it. Where waiting would never
   * end, its key and its weight do not count: below a task that holds a key, and where every task waits for others.
   */
  admitLent(thread: Thread, loan: Loan): boolean {
    const now = this.#core.clock.now();
    const record = this.#recordOf(thread);
    const at = this.isPaused
      ? Number.POSITIVE_INFINITY
      : Math.max(this.#openAt(now), this.#readyAt(thread, record, now));
    const isFull = record.isFull(thread.bound.perKey);
    const extra = Math.max(0, weightOf(thread) - loan.slots);
    const isTooHeavy = extra > Math.max(0, this.#core.size - this.#core.running);
    const mayStart = at <= now && (!isFull || loan.isBelowKey) && (!isTooHeavy || areAllWaiting(this.#core));
    if (mayStart) {
      this.#spend(thread, record, now);
      this.#hold(thread, isFull ? undefined : record, isTooHeavy ? 0 : extra);
    } else {
      this.heldLoans.add(loan);
      this.#isHeavyHeld ||= isTooHeavy;
      if (at > now && at !== Number.POSITIVE_INFINITY) this.#alarm.expectBy(at);
    }
    this.#keys.cool(record);
    return mayStart;
  }

  push(thread: Thread): void {
    const record = this.#recordOf(thread);
    const lane = this.#lanes.for(record, thread.bound);
    lane.line.push(thread);
    record.users += 1;
    this.#length += 1;
    // Whoever comes first now may be let in where the one before was not.
    if (lane.line.peek() === thread) this.#lanes.queueUp(lane);
  }

  /** Takes the first one out that may start in one of `free` slots; it has what it needs then. */
  shift(free: number): Thread | undefined {
    if (this.#length === 0 || this.isPaused) return undefined;
    const now = this.#core.clock.now();
    do {
      for (const lane of this.#wakes.due(now)) this.#lanes.queueUp(lane);
      for (let lane = this.#lanes.next(); lane !== undefined; lane = this.#lanes.next()) {
        const thread = lane.line.peek();
        if (thread === undefined || lane.record.isFull(lane.perKey)) lane.turn = undefined;
        else if (thread.bound.signal?.aborted) this.#dismiss(thread, lane);
        else if (this.#readyAt(thread, lane.record, now) > now) this.#sleep(lane, now);
        else if (!this.#fits(thread, free)) return undefined;
        else if (this.#openAt(now) <= now) return this.#take(thread, lane, now);
        else {
          this.#alarm.expectBy(this.#openAt(now));
          return undefined;
        }
      }
    } while ((this.#wakes.nextAt ?? Number.POSITIVE_INFINITY) <= now);
    if (this.#wakes.nextAt !== undefined) this.#alarm.expectBy(this.#wakes.nextAt);
    return undefined;
  }

  leave(thread: Thread): void {
    const record = this.#recordOf(thread);
    const lane = this.#lanes.for(record, thread.bound);
    const wasFirst = lane.line.peek() === thread;
    const { length } = lane.line;
    lane.line.leave(thread);
    if (lane.line.length < length) this.#left(lane);
    if (wasFirst) this.#lanes.queueUp(lane);
  }

  drain(): Thread[] {
    const all = this.#lanes.all().flatMap((lane) => {
      const threads = lane.line.drain();
      for (const _ of threads) this.#left(lane);
      return threads;
    });
    return all.sort((a, b) => b.priority - a.priority || a.id - b.id);
  }

  /** `thread` gives back what it got to start; not the time. */
  release(thread: Thread): void {
    const record = thread.extras?.ticket?.record;
    if (record === undefined) return;
    this.#hold(thread, undefined, 0);
    record.running -= 1;
    record.users -= 1;
    this.#keys.cool(record);
    this.#lanes.queueUpAll(record);
  }

  /** Lets nothing start for `ms` milliseconds: of one key, or of all. */
  throttle(ms: number, key: unknown): void {
    const until = this.#core.clock.now() + ms;
    if (key === undefined) this.#throttledUntil = Math.max(this.#throttledUntil, until);
    else {
      const record = this.#keys.of(key);
      record.heldUntil = Math.max(record.heldUntil, until);
      this.#keys.cool(record);
    }
  }

  resume(): void {
    this.isPaused = false;
    this.letGo();
  }

  /** What those who wait wait for. O(lanes). */
  census(free: number): Census {
    const census: Census = { queued: 0, rate: 0, key: 0, paused: 0 };
    const now = this.#core.clock.now();
    const isOpen = free <= 0 || this.#openAt(now) <= now;
    const holderOf = ({ record, perKey, line }: Lane): keyof Census => {
      if (this.isPaused) return 'paused';
      if (record.isFull(perKey)) return 'key';
      const first = line.peek();
      return isOpen && (first === undefined || this.#readyAt(first, record, now) <= now) ? 'queued' : 'rate';
    };
    for (const lane of this.#lanes.all()) census[holderOf(lane)] += lane.line.length;
    return census;
  }

  /** What held some loans back may have gone. */
  offerHeldLoans(): void {
    if (this.heldLoans.size === 0) return;
    const loans = [...this.heldLoans];
    this.heldLoans.clear();
    this.#isHeavyHeld = false;
    for (const loan of loans) loan.beginNext();
    this.#forgetTime();
  }

  /** A task has begun to wait for others: it may be the last that did not. */
  taskWaits(): void {
    if (this.#isHeavyHeld) this.offerHeldLoans();
  }

  /** What held all back has changed: whoever may start now does. */
  letGo(): void {
    // A slot of one's own comes first.
    this.#core.admitWaiting();
    this.offerHeldLoans();
  }

  /** From when on a throttled pool and its rate let anybody start. */
  #openAt(now: number): number {
    const { rate } = this;
    const at = rate === undefined || rate.isReady(now) ? Number.NEGATIVE_INFINITY : rate.readyAt;
    return Math.max(at, this.#throttledUntil);
  }

  /** From when on its key and its view let `thread` start. */
  #readyAt({ bound: { rates, perKey } }: Thread, record: KeyRecord, now: number): number {
    let at = record.readyAt(perKey, now);
    for (const rate of rates) if (!rate.isReady(now)) at = Math.max(at, rate.readyAt);
    return at;
  }

  // What was queued before a shrink may want more than there is now: it runs alone.
  #fits(thread: Thread, free: number): boolean {
    return Math.min(weightOf(thread), this.#core.size) <= free;
  }

  /** The signal of `thread` has aborted, and it is about to be told: it takes nothing. */
  #dismiss(thread: Thread, lane: Lane): void {
    lane.line.shift();
    this.#left(lane);
    thread.origin?.crew?.dequeue();
    isAborted(thread);
  }

  #take(thread: Thread, lane: Lane, now: number): Thread {
    lane.line.shift();
    lane.turn = undefined;
    // Before it leaves: a record without users goes.
    this.#serve(thread, lane.record, now);
    this.#left(lane);
    this.#lanes.queueUp(lane);
    return thread;
  }

  #serve(thread: Thread, record: KeyRecord, now: number): void {
    this.#spend(thread, record, now);
    this.#hold(thread, record, weightOf(thread));
  }

  #spend({ bound: { rates, perKey } }: Thread, record: KeyRecord, now: number): void {
    this.rate?.take(now);
    record.spend(perKey, now);
    for (const rate of rates) rate.take(now);
  }

  /** `thread` has so many slots from now on, as one of the key of `record`. */
  #hold(thread: Thread, record: KeyRecord | undefined, slots: number): void {
    const ticket = thread.extras?.ticket;
    if (ticket === undefined) return;
    ticket.taken = slots;
    ticket.record = record;
    if (record === undefined) return;
    record.running += 1;
    record.users += 1;
  }

  #left(lane: Lane): void {
    this.#length -= 1;
    lane.record.users -= 1;
    this.#lanes.left(lane);
    this.#keys.cool(lane.record);
    this.#forgetTime();
  }

  #sleep(lane: Lane, now: number): void {
    lane.turn = undefined;
    const at = lane.record.readyAt(lane.perKey, now);
    const rate = at > now ? undefined : lane.rates.find((other) => !other.isReady(now));
    if (rate === undefined) this.#wakes.sleep(lane, at);
    else this.#wakes.park(lane, rate);
  }

  /** Nobody waits: a timer would only keep the process alive. */
  #forgetTime(): void {
    if (this.#length > 0 || [...this.heldLoans].some((loan) => loan.isWanted)) return;
    this.heldLoans.clear();
    this.#alarm.forget();
  }

  #recordOf(thread: Thread): KeyRecord {
    return this.#keys.of(thread.extras?.ticket?.key);
  }
}
