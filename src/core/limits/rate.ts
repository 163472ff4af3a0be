import { checkedCount, checkedDuration, checkedObject } from '../../primitives/checks.ts';
import { Fifo } from '../../primitives/fifo.ts';

/** How many tasks may start in which time. */
export interface RateOptions {
  /** Starts per `interval`, in any window of that length: an integer >= 1. */
  limit: number;
  /** Milliseconds. */
  interval: number;
  /**
   * Starts at once after a rest: 1 to `limit`. Default: as many as fall due in 10 ms, at least 1; so starts are evenly spread, as
   * far as timers are exact. With `limit`, all of an interval's starts come at its beginning.
   */
  burst?: number | undefined;
}

// A host's timers are a millisecond or more late. With a burst that covers it, high rates are reached all the same.
const DEFAULT_BURST_MS = 10;

/** `RateOptions`, checked and complete. */
export interface CheckedRate {
  readonly limit: number;
  readonly interval: number;
  readonly burst: number;
}

/** @throws {TypeError | RangeError} when `rate` is no rate. */
export function checkedRate(name: string, rate: unknown): CheckedRate {
  checkedObject(name, rate);
  const { limit, interval, burst } = rate as RateOptions; // an object; each field is checked
  checkedCount(`${name}.limit`, limit, 1);
  checkedDuration(`${name}.interval`, interval);
  if (!Number.isFinite(limit))
    throw new RangeError(`${name}.limit must be finite; leave the rate out for no limit`);
  if (interval === 0 || interval === Number.POSITIVE_INFINITY) {
    throw new RangeError(`${name}.interval must be > 0 ms and finite, got ${interval}`);
  }
  const due = Math.floor((limit * DEFAULT_BURST_MS) / interval);
  const checked = { limit, interval, burst: burst ?? Math.min(limit, Math.max(1, due)) };
  checkedCount(`${name}.burst`, checked.burst, 1);
  if (checked.burst > limit)
    throw new RangeError(`${name}.burst must be <= ${name}.limit (${limit}), got ${burst}`);
  return checked;
}

// Time is counted in whole microseconds, rounded up: sums of fractions of a millisecond would let a start through early.
const MICROS = 1000;

/**
 * The generic cell rate algorithm (ITU-T I.371, annex A): one number, the moment at which a start would be due if all were evenly
 * spread, and a slack of `burst - 1` steps before it. Alone it lets `limit + burst - 1` starts into one interval, a burst and
 * what falls due behind it; so where there are bursts, the starts of the last interval are remembered as well. Usable alone:
 * it neither waits nor sets timers.
 *
 * All O(1). Memory: with a burst of 1 nothing, else 8 bytes for each start of the last interval.
 */
export class Rate {
  readonly #limit: number;
  readonly #interval: number;
  readonly #step: number;
  readonly #slack: number;
  /** When the next start would be due. */
  #due = Number.NEGATIVE_INFINITY;
  /** From when on one may start. */
  #ready = Number.NEGATIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  readonly #starts: Fifo<number> | undefined;

  constructor({ limit, interval, burst }: CheckedRate) {
    this.#limit = limit;
    this.#interval = Math.ceil(interval * MICROS);
    this.#step = Math.ceil((interval * MICROS) / limit);
    this.#slack = (burst - 1) * this.#step;
    this.#starts = burst > 1 ? new Fifo() : undefined;
  }

  /** Whether one may start at `now`, in ms. */
  isReady(now: number): boolean {
    return now >= this.readyAt;
  }

  /** The moment, in ms, from which on one may start; it may have passed. */
  get readyAt(): number {
    return this.#ready / MICROS;
  }

  /** The moment from which on the past does not count any more, in ms. */
  get freshAt(): number {
    return Math.max(this.#due, this.#starts === undefined ? this.#due : this.#last + this.#interval) / MICROS;
  }

  /** One starts at `now`, in ms, which must be ready. */
  take(now: number): void {
    // Less what the product may be too large by.
    const moment = Math.ceil(now * MICROS - 0.01);
    this.#last = moment;
    this.#due = Math.max(this.#due, moment) + this.#step;
    this.#ready = this.#due - this.#slack;
    if (this.#starts !== undefined) this.#remember(this.#starts, moment);
  }

  /** Counts the last start of `previous` as its own: a rate that is replaced often lets no more through for it. */
  follow(previous: Rate): void {
    if (previous.#last !== Number.NEGATIVE_INFINITY) this.take(previous.#last / MICROS);
  }

  #remember(starts: Fifo<number>, moment: number): void {
    starts.push(moment);
    while ((starts.peek() ?? moment) + this.#interval <= moment) starts.shift();
    if (starts.length >= this.#limit) {
      this.#ready = Math.max(this.#ready, (starts.peek() ?? moment) + this.#interval);
    }
  }
}
