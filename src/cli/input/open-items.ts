import type { SessionOptions } from '../options.ts';
import type { ItemSource } from './item.ts';
import { ItemReader, type ItemReaderOptions } from './item-reader.ts';
import type { InputSource } from './source.ts';

/** The input of a run, checked: files, or the words after `:::`. */
export interface RunInput {
  readonly sources: readonly InputSource[];
  readonly words: readonly string[] | undefined;
}

/** What the options say about the items of a run. */
type ItemOptions = Pick<SessionOptions, 'from' | 'skip' | 'limit' | 'batch'> &
  Partial<Pick<SessionOptions, 'total'>>;

/**
 * Puts together what a run reads. What costs something for every item is there only if it was asked for, and so are
 * the files that it is in: a run over lines does not wait for them.
 */
export async function openItems(
  { sources, words }: RunInput,
  options: ItemOptions,
  onHeader: NonNullable<ItemReaderOptions['onHeader']>,
): Promise<ItemSource> {
  const { from, skip, limit = Number.POSITIVE_INFINITY, total, batch } = options;
  let items: ItemSource;
  if (words === undefined) items = new ItemReader(sources, from, { total, onHeader });
  else {
    const { ArgumentItems } = await import('./argument-items.ts');
    items = new ArgumentItems(words, from === 'ndjson');
  }
  if (skip > 0 || limit !== Number.POSITIVE_INFINITY) {
    const { SlicedItems } = await import('./sliced-items.ts');
    items = new SlicedItems(items, { skip, limit });
  }
  if (batch === undefined) return items;
  const { BatchedItems } = await import('./batched-items.ts');
  return new BatchedItems(items, batch);
}

/** The number of the first item that a run gets: batches have numbers of their own. */
export function firstIdOf({ skip, batch }: Pick<ItemOptions, 'skip' | 'batch'>): number {
  return batch === undefined ? skip + 1 : 1;
}
