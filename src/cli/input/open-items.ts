import type { RunOptions } from '../options.ts';
import { ArgumentItems } from './argument-items.ts';
import { BatchedItems } from './batched-items.ts';
import type { ItemSource } from './item.ts';
import { ItemReader, type ItemReaderOptions } from './item-reader.ts';
import { SlicedItems } from './sliced-items.ts';
import type { InputSource } from './source.ts';

/** The input of a run, checked: files, or the words after `:::`. */
export interface RunInput {
  readonly sources: readonly InputSource[];
  readonly words: readonly string[] | undefined;
}

/** What the options say about the items of a run. */
type ItemOptions = Pick<RunOptions, 'from' | 'skip' | 'limit' | 'total' | 'batch'>;

/** Puts together what a run reads. */
export function openItems(
  { sources, words }: RunInput,
  { from, skip, limit, total, batch }: ItemOptions,
  onHeader: NonNullable<ItemReaderOptions['onHeader']>,
): ItemSource {
  let items: ItemSource =
    words === undefined
      ? new ItemReader(sources, from, { total, onHeader })
      : new ArgumentItems(words, from === 'ndjson');
  // Each of these costs something for every item, so only what was asked for is there.
  if (skip > 0 || limit !== undefined) {
    items = new SlicedItems(items, { skip, limit: limit ?? Number.POSITIVE_INFINITY });
  }
  return batch === undefined ? items : new BatchedItems(items, batch);
}

/** The number of the first item that a run gets: batches have numbers of their own. */
export function firstIdOf({ skip, batch }: Pick<ItemOptions, 'skip' | 'batch'>): number {
  return batch === undefined ? skip + 1 : 1;
}
