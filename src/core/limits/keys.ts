import type { Clock } from '../../primitives/clock.ts';
import { Heap } from '../../primitives/heap.ts';
import { KeyRecord } from './per-key.ts';

interface Cooling {
  readonly record: KeyRecord;
  readonly at: number;
}

/** The keys that are in use, or whose past still counts. All others cost nothing. */
export class Keys {
  readonly #clock: Clock;
  readonly #records = new Map<unknown, KeyRecord>();
  /** For tasks without a key. */
  readonly #none = new KeyRecord(undefined);
  readonly #cooling = new Heap<Cooling>((a, b) => a.at - b.at);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The record of `key`. Unless it gets a user, `cool` must be called. */
  of(key: unknown): KeyRecord {
    if (key === undefined) return this.#none;
    let record = this.#records.get(key);
    if (record === undefined) {
      this.#sweep();
      record = new KeyRecord(key);
      this.#records.set(key, record);
    }
    return record;
  }

  /** Lets `record` go if nobody uses it, as soon as a new one would be the same. */
  cool(record: KeyRecord): void {
    if (record.users > 0 || record.isCooling || record.key === undefined) return;
    const at = record.freshAt;
    if (at === Number.NEGATIVE_INFINITY) this.#records.delete(record.key);
    else this.#keep(record, at);
    this.#sweep();
  }

  /** No timer: what has gone cold meanwhile goes when the next key comes or is left. */
  #sweep(): void {
    let next = this.#cooling.peek();
    if (next === undefined) return;
    const now = this.#clock.now();
    for (; next !== undefined && next.at <= now; next = this.#cooling.peek()) {
      this.#cooling.pop();
      const { record } = next;
      record.isCooling = false;
      if (record.users > 0) continue;
      if (record.freshAt > now) this.#keep(record, record.freshAt);
      else this.#records.delete(record.key);
    }
  }

  #keep(record: KeyRecord, at: number): void {
    record.isCooling = true;
    this.#cooling.push({ record, at });
  }
}
