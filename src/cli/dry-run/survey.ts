import { FailureTable } from '../failures/failure-table.ts';
import type { Item } from '../input/item.ts';
import type { ItemLimits } from '../limits/item-limits.ts';
import type { SessionOptions } from '../options.ts';
import { formatCount, formatDuration } from '../progress/figures.ts';
import { Tally } from '../run/tally.ts';
import { KeyCounts } from './key-counts.ts';
import { leastDuration } from './least-duration.ts';
import type { Preview } from './preview.ts';

/** What a survey is made of. */
export interface SurveyParts {
  readonly limits: Pick<ItemLimits, 'isPerItem' | 'viewFor' | 'keyOf'>;
  readonly preview: Preview;
  readonly options: Pick<SessionOptions, 'jobs' | 'per' | 'rate'>;
}

/** What is known of the items of a run without running any. */
export class Survey {
  readonly tally: Tally = new Tally();
  readonly failures: FailureTable = new FailureTable();
  /** The first items as they would be run. */
  readonly shown: string[] = [];
  readonly #parts: SurveyParts;
  readonly #keys: KeyCounts = new KeyCounts();

  constructor(parts: SurveyParts) {
    this.#parts = parts;
  }

  /** Looks at an item: whatever can be found wrong with it without calling anything makes it a bad one. */
  take(item: Item): void {
    try {
      if (item.error !== undefined) throw item.error;
      this.#look(item);
      this.tally.ended.done += 1;
    } catch (error) {
      this.failures.add(item, error);
      this.tally.ended.failed += 1;
    }
  }

  /** What the limits mean for these items, a sentence each. */
  describeLimits(): string[] {
    const { per, rate } = this.#parts.options;
    const { done } = this.tally.ended;
    const sentences: string[] = [];
    if (per !== undefined) sentences.push(this.#keys.describe(per));
    if (rate !== undefined) {
      const least = formatDuration(leastDuration(done, rate));
      sentences.push(`at this rate it takes at least ${least} to start ${formatCount(done)}`);
    }
    return sentences;
  }

  #look({ id, value }: Item): void {
    const { limits, preview, options } = this.#parts;
    if (limits.isPerItem) limits.viewFor(value, () => false);
    const line = preview.lineFor(value, { id, slot: this.tally.ended.done % options.jobs });
    if (this.shown.length < preview.shown) this.shown.push(line());
    if (options.per !== undefined) this.#keys.add(limits.keyOf(value));
  }
}
