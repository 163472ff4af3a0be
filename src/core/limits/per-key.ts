import { checkedCount, checkedObject } from '../../primitives/checks.ts';
import { type CheckedRate, checkedRate, Rate, type RateOptions } from './rate.ts';

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
  /** The same for equal options, of which each `with()` makes new ones. */
  readonly name: string;
}

/** What holds for a key when nothing was said. */
export const anyNumberPerKey: PerKey = perKeyOf(Number.POSITIVE_INFINITY, undefined);

/** @throws {TypeError | RangeError} when an option is of the wrong kind. */
export function checkedPerKey(options: unknown): PerKey {
  checkedObject('perKey', options);
  const { limit = Number.POSITIVE_INFINITY, rate } = options as PerKeyOptions; // each field is checked
  checkedCount('perKey.limit', limit, 1);
  return perKeyOf(limit, rate === undefined ? undefined : checkedRate('perKey.rate', rate));
}

function perKeyOf(limit: number, rate: CheckedRate | undefined): PerKey {
  const name = `${limit} ${rate?.limit} ${rate?.interval} ${rate?.burst}`;
  return Object.freeze({ limit, rate, name });
}

/** What is to be known of one key: how many run, and since when which of its rates have been used. */
export class KeyRecord {
  readonly key: unknown;
  /** Tasks that hold a slot as one of this key. */
  running = 0;
  /** Tasks that wait or hold a slot as one of this key: without any, the record can go. */
  users = 0;
  /** A throttled key starts nothing before, in ms. */
  heldUntil: number = Number.NEGATIVE_INFINITY;
  /** It stands among those that go when nothing has to be remembered any more. */
  isCooling = false;
  #rates: Map<string, Rate> | undefined = undefined;

  constructor(key: unknown) {
    this.key = key;
  }

  /** Whether as many run as may. */
  isFull({ limit }: PerKey): boolean {
    return this.running >= limit && this.key !== undefined;
  }

  /** From when on one of this key may start, in ms; before `now` when it may now. */
  readyAt(perKey: PerKey, now: number): number {
    const rate = this.#rateOf(perKey);
    return rate === undefined || rate.isReady(now) ? this.heldUntil : Math.max(this.heldUntil, rate.readyAt);
  }

  /** One of this key starts now. */
  spend(perKey: PerKey, now: number): void {
    this.#rateOf(perKey)?.take(now);
  }

  /** From when on a new record would be the same, in ms, if nobody uses this one. */
  get freshAt(): number {
    let at = this.heldUntil;
    if (this.#rates !== undefined) for (const rate of this.#rates.values()) at = Math.max(at, rate.freshAt);
    return at;
  }

  #rateOf({ rate: options, name }: PerKey): Rate | undefined {
    if (options === undefined || this.key === undefined) return undefined;
    this.#rates ??= new Map();
    let rate = this.#rates.get(name);
    if (rate === undefined) {
      rate = new Rate(options);
      this.#rates.set(name, rate);
    }
    return rate;
  }
}
