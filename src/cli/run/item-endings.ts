import type { FailureTable } from '../failures/failure-table.ts';
import type { Item } from '../input/item.ts';
import type { OutputRecord } from '../output/output-record.ts';
import type { Records, Shortfall } from '../output/records.ts';
import type { Results } from '../output/results.ts';
import type { Tally } from './tally.ts';

/** What takes how items ended. */
export interface EndingParts {
  readonly records: Records;
  readonly results: Results;
  readonly tally: Tally;
  readonly failures: FailureTable;
  /** An item has failed for good. */
  readonly onFailure?: (() => void) | undefined;
}

/** How an item ended; what is done has a record to write. */
export type End = { readonly status: 'done'; readonly record: OutputRecord } | Shortfall;

/** Counts how items end, tells of it and hands on what is to be written. */
export class ItemEndings {
  readonly #parts: EndingParts;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /** Called once for each item. Until the promise resolves, if there is one, the place of the item stays taken. */
  put(item: Item, end: End, attempts: number): Promise<unknown> | undefined {
    const { records, results, tally, failures, onFailure } = this.#parts;
    tally.ended[end.status] += 1;
    if (end.status === 'done') return results.put(item, end.record, { status: 'done', attempts });
    if (end.status === 'failed') failures.add(item, end.error);
    if (end.status === 'skipped') tally.countSkip(end.reason);
    const written = results.put(item, records.fallShort(item, end, attempts), { ...end, attempts });
    if (end.status === 'failed') onFailure?.();
    return written;
  }
}
