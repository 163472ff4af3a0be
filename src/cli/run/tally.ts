/** How an item ended. */
export type Outcome = 'done' | 'failed' | 'skipped' | 'cancelled';

/** The figures of a run: what the bar, the summary and the exit code are made of. */
export class Tally {
  readonly ended: Record<Outcome, number> = { done: 0, failed: 0, skipped: 0, cancelled: 0 };
  /** How items ended that earlier sessions of the same journal saw to. */
  readonly restored: Record<Exclude<Outcome, 'cancelled'>, number> = { done: 0, failed: 0, skipped: 0 };
  /** Items that were running when an earlier session ended. */
  interrupted = 0;
  readonly skipReasons: Map<string, number> = new Map();
  running = 0;
  /** Attempts that failed and were followed by another one. */
  retried = 0;
  /** The sum of what running items report of themselves: three half-done items are 1.5. */
  partlyDone = 0;

  get finished(): number {
    const { done, failed, skipped, cancelled } = this.ended;
    return done + failed + skipped + cancelled;
  }

  /** Counts why items were skipped. Reasons made of the item itself would grow without end: they share a row. */
  countSkip(reason: string): void {
    const row = this.skipReasons.has(reason) || this.skipReasons.size < MAX_REASONS ? reason : OTHER_REASONS;
    this.skipReasons.set(row, (this.skipReasons.get(row) ?? 0) + 1);
  }
}

const MAX_REASONS = 20;
const OTHER_REASONS = 'other reasons';
