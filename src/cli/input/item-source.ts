import type { Item } from './item-reader.ts';

/** Where the items of a run come from: files and stdin, or the command line. */
export interface ItemSource extends AsyncIterable<Iterable<Item>> {
  /** What is known and not yet asked for. */
  readonly linesWaiting: number;
  /** Whether nothing is left. */
  readonly isExhausted: boolean;
  /** How many items there will be, as far as it can be told. */
  expectedItems(): { count: number; isExact: boolean } | undefined;
  /** Gives no more items. */
  stop(): void;
}
