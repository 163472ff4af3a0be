import { checkedCount, checkedObject } from '../../primitives/checks.ts';
import type { GreenThread } from '../green-thread.ts';
import { WaitLine } from '../wait-line.ts';
import { type CheckedRate, checkedRate, Rate, type RateOptions } from './rate.ts';

type Thread = GreenThread<unknown>;

/** What holds for each key by itself, inside what holds for the pool. */
export interface PerKeyOptions {
  /** Tasks of one key that run at a time: an integer >= 1 or `Infinity`, the default. */
  limit?: number | undefined;
  /** How many tasks of one key may start in which time. Default: any. */
  rate?: RateOptions | undefined;
}

/** `PerKeyOptions`, checked and complete. */
export interface PerKey {
  readonly limit: number;
  readonly rate: CheckedRate | undefined;
}

/** What holds for a key when nothing was said. */
export const anyNumberPerKey: PerKey = Object.freeze({ limit: Number.POSITIVE_INFINITY, rate: undefined });

/** @throws {TypeError | RangeError} when an option is of the wrong kind. */
export function checkedPerKey(options: unknown): PerKey {
  checkedObject('perKey', options);
  const { limit = Number.POSITIVE_INFINITY, rate } = options as PerKeyOptions; // each field is checked
  checkedCount('perKey.limit', limit, 1);
  return Object.freeze({ limit, rate: rate === undefined ? undefined : checkedRate('perKey.rate', rate) });
}

/** A lane's place among those that may be served: a new object for each new place, so that an old one is seen to be stale. */
export interface Turn {
  readonly lane: Lane;
  readonly priority: number;
  readonly order: number;
}

/** When a lane that sleeps is to be looked at again. */
export interface Wake {
  readonly lane: Lane;
  readonly at: number;
}

/** All tasks of one key: those that wait, and how many run. Those without a key share one. */
export class Lane {
  readonly key: unknown;
  readonly line: WaitLine<Thread>;
  /** Tasks that wait here or hold a slot as one of this key: without any, the lane can go. */
  users = 0;
  /** Tasks that hold a slot. */
  running = 0;
  turn: Turn | undefined = undefined;
  wake: Wake | undefined = undefined;
  /** A throttled key starts nothing before, in ms. */
  heldUntil: number = Number.NEGATIVE_INFINITY;
  /** It stands among the lanes that go when their rate has forgotten them. */
  isCooling = false;
  #rates: Map<PerKey, Rate> | undefined = undefined;

  constructor(key: unknown, place: unknown) {
    this.key = key;
    this.line = new WaitLine<Thread>({ place });
  }

  /** Whether as many run as `thread` may run beside. */
  isFullFor(thread: Thread): boolean {
    return this.key !== undefined && this.running >= thread.bound.perKey.limit;
  }

  /** From when on the rates of its key and of its view let `thread` start, in ms; before `now` when they do now. */
  readyAt(thread: Thread, now: number): number {
    const { rates, perKey } = thread.bound;
    let at = this.heldUntil;
    if (perKey.rate !== undefined && this.key !== undefined)
      at = Math.max(at, holdOf(this.#rateOf(perKey), now));
    for (const rate of rates) at = Math.max(at, holdOf(rate, now));
    return at;
  }

  /** `thread` starts now, as far as the rates of its key and its view are concerned. */
  spend(thread: Thread, now: number): void {
    const { rates, perKey } = thread.bound;
    if (perKey.rate !== undefined && this.key !== undefined) this.#rateOf(perKey).take(now);
    for (const rate of rates) rate.take(now);
  }

  /** From when on a lane without users is like a new one, in ms. */
  get freshAt(): number {
    let at = this.heldUntil;
    if (this.#rates !== undefined) for (const rate of this.#rates.values()) at = Math.max(at, rate.freshAt);
    return at;
  }

  #rateOf(perKey: PerKey): Rate {
    this.#rates ??= new Map();
    let rate = this.#rates.get(perKey);
    if (rate === undefined && perKey.rate !== undefined) {
      rate = new Rate(perKey.rate);
      this.#rates.set(perKey, rate);
    }
    return rate as Rate; // asked for only where perKey has a rate
  }
}

function holdOf(rate: Rate, now: number): number {
  return rate.isReady(now) ? Number.NEGATIVE_INFINITY : rate.readyAt;
}
