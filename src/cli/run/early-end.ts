import { GreenletExit } from '../../errors.ts';
import { type Halt, isReached } from '../limits/halt.ts';
import { formatCount, formatDuration } from '../progress/figures.ts';
import type { StopTicking, Ticks } from '../ticks.ts';
import type { ItemRun } from './item-run.ts';
import type { Tally } from './tally.ts';

/** What may end a run before its input does. */
export interface EarlyEndOptions {
  readonly halt: Halt | undefined;
  readonly failFast: boolean;
  readonly maxTime: number | undefined;
  /** Milliseconds from a cancellation to the end of the wait for what ignores it. */
  readonly patience: number;
}

/** What the end acts on. */
export interface EarlyEndParts {
  readonly options: EarlyEndOptions;
  readonly run: Pick<ItemRun, 'state' | 'drain' | 'cancel' | 'abandon'>;
  readonly tally: Tally;
  readonly ticks: Ticks;
  readonly print: (text: string) => void;
}

/** Ends a run when too much has failed, or when its time is over. */
export class EarlyEnd {
  readonly #parts: EarlyEndParts;
  readonly #halt: Halt | undefined;
  readonly #timers: StopTicking[] = [];
  #isHalted = false;
  #isTimeUp = false;

  constructor(parts: EarlyEndParts) {
    const { failFast, halt, maxTime } = parts.options;
    this.#parts = parts;
    // So that a resume can take back what the run was given.
    this.#halt = halt ?? (failFast ? { when: 'now', failures: 1, isShare: false } : undefined);
    if (maxTime !== undefined) this.#timers.push(parts.ticks.after(maxTime, () => this.#endByTime(maxTime)));
  }

  /** Whether too much has failed. */
  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Whether its time was over before anything else ended the run. */
  get isTimeUp(): boolean {
    return this.#isTimeUp;
  }

  /** Another item has failed. */
  readonly countFailure = (): void => {
    const { options, tally, run, ticks, print } = this.#parts;
    const { failed } = tally.ended;
    if (this.#halt === undefined || this.#isHalted || !isReached(this.#halt, failed, tally.finished)) return;
    this.#isHalted = true;
    const isNow = this.#halt.when === 'now';
    print(`greenpool: halted, since ${formatCount(failed)} failed${isNow ? '' : '; what runs goes on'}`);
    if (!isNow) {
      run.drain();
      return;
    }
    const reason = new GreenletExit('the run was halted, since too many items failed');
    run.cancel(reason);
    this.#timers.push(ticks.after(options.patience, () => run.abandon(reason)));
  };

  close(): void {
    for (const stop of this.#timers) stop();
  }

  #endByTime(maxTime: number): void {
    const { run, tally, print } = this.#parts;
    if (run.state !== 'running') return;
    this.#isTimeUp = true;
    print(
      `greenpool: no new items after ${formatDuration(maxTime)}; waiting for ${formatCount(tally.running)} running`,
    );
    run.drain();
  }
}
