import type { FailureTable } from '../failures/failure-table.ts';
import type { ItemLimits } from '../limits/item-limits.ts';
import type { Results } from '../output/results.ts';
import type { ItemFunction } from '../run/item-context.ts';
import { ItemRun } from '../run/item-run.ts';
import type { Tally } from '../run/tally.ts';
import { CallMeter, type MeterClock } from './call-meter.ts';
import type { FreshItems } from './fresh-items.ts';
import type { Measurement } from './measurement.ts';
import { nextSize } from './next-size.ts';
import { isEnough } from './step-budget.ts';
import type { Measured } from './suggestion.ts';

/** What is measured, and with what. */
export interface TuneParts {
  readonly call: ItemFunction;
  readonly items: FreshItems;
  /** Their pool is resized for every step. */
  readonly limits: ItemLimits;
  readonly tally: Tally;
  readonly failures: FailureTable;
  readonly clock: MeterClock;
  readonly log: (...values: unknown[]) => void;
  readonly max: number;
  readonly stepTime: number;
  /** A step begins. */
  readonly onStep: (size: number) => void;
}

// Results go nowhere, where there is always room.
const NOWHERE: Results = {
  put: () => undefined,
  isFull: false,
  async waitForRoom() {},
  async finish() {},
};

/** Measures one size after another. Each step is a run of its own over items that are new. */
export class TuneRun {
  readonly #parts: TuneParts;
  readonly #steps: Measurement[] = [];
  #current: ItemRun | undefined;
  #isStopped = false;

  constructor(parts: TuneParts) {
    this.#parts = parts;
  }

  /** Whether it was ended from outside. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  get state(): 'running' | 'draining' {
    return this.#isStopped ? 'draining' : 'running';
  }

  async run(): Promise<Measured> {
    const { items, max } = this.#parts;
    for (;;) {
      const { size, climbEnd } = nextSize(this.#steps, max);
      const end = climbEnd ?? (items.isExhausted ? 'input' : undefined);
      if (this.#isStopped) return { steps: this.#steps, end: 'stopped' };
      if (end !== undefined && (size === undefined || items.isExhausted)) return { steps: this.#steps, end };
      if (size !== undefined) await this.#measure(size);
    }
  }

  /** Starts no more items. */
  drain(): void {
    this.#isStopped = true;
    this.#current?.drain();
  }

  /** Kills what runs, too. */
  cancel(reason: unknown): void {
    this.#isStopped = true;
    this.#current?.cancel(reason);
  }

  /** Waits no longer for functions that do not end. */
  abandon(reason: unknown): void {
    this.#isStopped = true;
    this.#current?.abandon(reason);
  }

  async #measure(size: number): Promise<void> {
    const { call, items, clock, stepTime, limits, onStep, ...shared } = this.#parts;
    onStep(size);
    limits.pool.resize(size);
    const meter = new CallMeter(size, clock);
    const start = clock.now();
    this.#current = new ItemRun({
      ...shared,
      limits,
      work: { call, records: meter },
      reader: items.step((given) => isEnough({ size, given, elapsed: clock.now() - start }, stepTime)),
      results: NOWHERE,
    });
    await this.#current.run();
    const measurement = meter.result();
    // A step that was stopped may lack what was killed.
    if (measurement !== undefined && !this.#isStopped) this.#steps.push(measurement);
  }
}
