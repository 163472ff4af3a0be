import { checkedDuration } from '../primitives/checks.ts';
import { type Clock, replaceClock, systemClock, type Timer } from '../primitives/clock.ts';
import { settle } from './settle.ts';

interface ManualTimer extends Timer {
  readonly at: number;
  readonly fn: () => void;
}

/**
 * A clock that stands still until a test moves it. Hours pass in no time, and in the same order on every machine.
 *
 * Turns of the event loop are real: code that does not wait for time goes on by itself, also with `sleep(0)` and
 * `timeout: 0`.
 *
 * @example
 * const clock = new ManualClock();
 * const uninstall = clock.install();
 * const nap = sleep(60_000);
 * await clock.advance(60_000);
 * await nap;
 * uninstall();
 */
export class ManualClock implements Clock {
  // In the order in which they were set. Few: all waits of greenpool on one clock share one timer.
  readonly #timers = new Set<ManualTimer>();
  #now = 0;
  #advancing: Promise<void> = Promise.resolve();

  /** Timers that are set: 0 when nothing waits for time to pass. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Milliseconds that have passed. */
  now(): number {
    return this.#now;
  }

  /** Calls `fn` when the clock has moved by `ms`. 0 is the next turn of the event loop. */
  setTimer(fn: () => void, ms: number): Timer {
    const timer: ManualTimer = { at: this.#now + ms, fn, clear: () => this.#timers.delete(timer) };
    this.#timers.add(timer);
    if (ms <= 0) this.#fireNextTurn();
    return timer;
  }

  /** Calls `fn` in the next real turn of the event loop, whatever time it is. */
  nextTurn(fn: () => void): Timer {
    return systemClock.nextTurn(fn);
  }

  /**
   * Lets `ms` milliseconds pass: calls what falls due, in order of time, each at its own `now()`, and lets all that follows
   * from it happen before going on. Resolves when that is done. Calls that overlap pass one after the other.
   *
   * @throws {TypeError | RangeError} as a rejection, when `ms` is no finite number or negative.
   * @example
   * const clock = new ManualClock();
   * clock.setTimer(() => console.log(clock.now()), 10); // 10
   * await clock.advance(25);
   * console.log(clock.now()); // 25
   */
  async advance(ms: number): Promise<void> {
    checkedFinite(ms);
    const before = this.#advancing;
    const done = before.then(() => this.#pass(ms));
    // A timer that throws fails the advance() that called it, and no later one.
    this.#advancing = done.catch(() => {});
    await done;
  }

  /**
   * Moves `now()` by `ms` without calling anything, as work does that holds the processor. What fell due meanwhile is
   * called in the next turns of the event loop.
   *
   * @throws {TypeError | RangeError} when `ms` is no finite number or negative.
   * @example
   * const clock = new ManualClock();
   * clock.burn(5);
   * console.log(clock.now()); // 5
   */
  burn(ms: number): void {
    this.#now += checkedFinite(ms);
    this.#fireNextTurn();
  }

  /** Makes this the clock of `sleep`, of all waits, and of pools that are made without one. Returns what takes that back. */
  install(): () => void {
    const previous = replaceClock(this);
    let isInstalled = true;
    return () => {
      if (isInstalled) replaceClock(previous);
      isInstalled = false;
    };
  }

  async #pass(ms: number): Promise<void> {
    await settle();
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      // Not back: code that burned time may have passed it already.
      this.#now = Math.max(this.#now, next.at);
      this.#fire(next);
      await settle();
    }
    this.#now = Math.max(this.#now, end);
    await settle();
  }

  /** The timer that falls due first, up to `end`; of several, the one that was set first. */
  #next(end: number): ManualTimer | undefined {
    let first: ManualTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    }
    return first;
  }

  #fire(timer: ManualTimer): void {
    this.#timers.delete(timer);
    timer.fn();
  }

  /** One timer a turn, so that what follows from it happens before the next one. */
  #fireNextTurn(): void {
    systemClock.nextTurn(() => {
      const due = this.#next(this.#now);
      if (due === undefined) return;
      if (this.#timers.size > 1) this.#fireNextTurn();
      this.#fire(due);
    });
  }
}

function checkedFinite(ms: number): number {
  if (ms === Number.POSITIVE_INFINITY) throw new RangeError('ms must be finite, got Infinity');
  return checkedDuration('ms', ms);
}
