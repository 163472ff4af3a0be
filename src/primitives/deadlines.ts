import type { Clock, Timer } from './clock.ts';
import { inRootContext } from './context.ts';
import { Heap } from './heap.ts';

/** Something with a time limit. */
export interface Expiring {
  /** Called once, when the time is over. @internal */
  expire(): void;
}

/** One time limit that may still be taken back. */
export interface Deadline {
  readonly at: number;
  readonly order: number;
  target: Expiring | undefined;
}

// The heap is rebuilt without its dead entries when they outnumber the living; below this many it is not worth it.
const SWEEP_FROM = 64;

/**
 * Many time limits on one timer. Setting and clearing a host timer per task costs ten times as much as an entry
 * in this heap. A removed entry stays in place, emptied, until it surfaces or a sweep finds it; the timer itself is
 * cleared as soon as nothing living is left, so that an idle program can end.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #heap = new Heap<Deadline>((a, b) => a.at - b.at || a.order - b.order);
  #living = 0;
  #order = 0;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `target.expire()` in `ms` milliseconds; equal moments keep the order of these calls. */
  add(target: Expiring, ms: number): Deadline {
    const deadline: Deadline = { at: this.#clock.now() + ms, order: this.#order, target };
    this.#order += 1;
    this.#living += 1;
    this.#heap.push(deadline);
    if (deadline.at < this.#timerAt) this.#arm(deadline.at, ms);
    return deadline;
  }

  /** Takes `deadline` back; does nothing when it has passed. O(1), amortised. */
  remove(deadline: Deadline): void {
    if (deadline.target === undefined) return;
    deadline.target = undefined;
    this.#living -= 1;
    if (this.#living === 0) this.#reset();
    else if (this.#heap.size > SWEEP_FROM && this.#living * 2 < this.#heap.size) {
      this.#heap.filter((entry) => entry.target !== undefined);
    }
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let next = this.#heap.peek(); next !== undefined && next.at <= now; next = this.#heap.peek()) {
      this.#heap.pop();
      const { target } = next;
      if (target === undefined) continue;
      next.target = undefined;
      this.#living -= 1;
      target.expire();
    }
    const next = this.#heap.peek();
    if (this.#living === 0) this.#reset();
    else if (next !== undefined && next.at < this.#timerAt) this.#arm(next.at, next.at - this.#clock.now());
  };

  #arm(at: number, ms: number): void {
    this.#timer?.clear();
    this.#timerAt = at;
    this.#timer = inRootContext(() => this.#clock.setTimer(this.#fire, Math.max(0, ms)));
  }

  #reset(): void {
    this.#heap.clear();
    this.#timer?.clear();
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }
}

const byClock = new WeakMap<Clock, Deadlines>();

/** The time limits that run on `clock`. */
export function deadlinesOf(clock: Clock): Deadlines {
  let deadlines = byClock.get(clock);
  if (deadlines === undefined) {
    deadlines = new Deadlines(clock);
    byClock.set(clock, deadlines);
  }
  return deadlines;
}
