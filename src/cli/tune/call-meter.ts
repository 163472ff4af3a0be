import type { Item } from '../input/item.ts';
import { NO_RECORD, type Records, type Shortfall } from '../output/records.ts';
import type { Measurement } from './measurement.ts';

/** Time, and how busy the event loop is. */
export interface MeterClock {
  now(): number;
  /** Starts to watch the event loop; what it returns tells the share of the time since that it was busy. */
  watchLoop(): () => number;
}

/**
 * Measures the calls of one step instead of writing what they come to.
 *
 * The first call of every slot is not measured: it may open a connection. Nor is the time after the last start, when
 * slots stand empty one after another. What ends in between, over the time between, is the throughput of full slots.
 */
export class CallMeter implements Records {
  readonly #size: number;
  readonly #clock: MeterClock;
  readonly #begun: Map<number, number> = new Map();
  readonly #durations: number[] = [];
  #calls = 0;
  #failed = 0;
  /** Since the window opened. */
  #ended = 0;
  #good = 0;
  #busy = 0;
  #opened: { readonly at: number; readonly loop: () => number } | undefined;
  /** The counters as they were when the last call began. */
  #atLastStart = { at: 0, ended: 0, good: 0, busy: 0 };

  constructor(size: number, clock: MeterClock) {
    this.#size = size;
    this.#clock = clock;
  }

  begin(item: Item): void {
    const at = this.#clock.now();
    this.#begun.set(item.id, at);
    this.#atLastStart = { at, ended: this.#ended, good: this.#good, busy: this.#busy };
  }

  succeed(item: Item): string {
    this.#end(item, true);
    return NO_RECORD;
  }

  fallShort(item: Item, { status }: Shortfall): string {
    if (status !== 'cancelled') this.#end(item, status === 'skipped');
    return NO_RECORD;
  }

  /** `undefined` where too few calls have ended to say anything. */
  result(): Measurement | undefined {
    const { at, ended, good, busy } = this.#atLastStart;
    if (this.#opened === undefined || ended < this.#size) return undefined;
    // What takes no time the clock can see took at most what it can.
    const elapsed = Math.max(at - this.#opened.at, CLOCK_STEP);
    const sorted = this.#durations.sort((a, b) => a - b);
    return {
      size: this.#size,
      perSecond: (good * 1000) / elapsed,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      calls: this.#calls,
      failed: this.#failed,
      loopUse: this.#opened.loop(),
      slotUse: Math.min(1, busy / (this.#size * elapsed)),
    };
  }

  #end({ id }: Item, isGood: boolean): void {
    const begun = this.#begun.get(id);
    // A line that could not be read, or an item that was stopped before its turn.
    if (begun === undefined) return;
    this.#begun.delete(id);
    const now = this.#clock.now();
    this.#calls += 1;
    if (!isGood) this.#failed += 1;
    if (this.#opened === undefined) {
      if (this.#calls >= this.#size) this.#opened = { at: now, loop: this.#clock.watchLoop() };
      return;
    }
    this.#ended += 1;
    if (isGood) this.#good += 1;
    // Of a call that began before the window only what lies within.
    this.#busy += now - Math.max(begun, this.#opened.at);
    this.#durations.push(now - begun);
  }
}

const CLOCK_STEP = 0.001;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
