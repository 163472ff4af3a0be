import type { Begun } from '../journal/journal-writer.ts';

/** What an item was in the input, without what ended it there. Bytes where a string could not hold them. */
export type RawItem = string | Uint8Array;

/** One item of input on its way to the user's function. */
export interface Item {
  /** Its number in the whole input, from 1; what holds nothing, such as an empty line, is not counted. */
  readonly id: number;
  readonly value: unknown;
  /** Why there is no value. */
  readonly error: unknown;
  readonly line: number;
  /** The file, where there is a name to tell. */
  readonly source: string | undefined;
  /**
   * Its start in the journal, until its end is there. Kept here, since a `Map` to which something comes and from which
   * something goes for each item leaves garbage that only a full collection takes: each of its tables knows the next.
   */
  begun?: Begun | undefined;
  /** As it was read, to be read again; for a batch a list. `undefined` where it could not be kept. */
  readonly raw: RawItem | readonly RawItem[] | undefined;
}

/** An item's place in the input. */
export type ItemPlace = Pick<Item, 'line' | 'source'>;

/** How many items there are or will be. */
export interface ItemCount {
  readonly count: number;
  readonly isExact: boolean;
}

/**
 * Where the items of a run come from. Gives some at a time, since a turn of the event loop for each costs more than
 * reading it; reads on when the consumer comes back for more.
 */
export interface ItemSource extends AsyncIterable<Iterable<Item>> {
  /** Items that were read and not yet asked for. */
  readonly itemsWaiting: number;
  /** Whether nothing is left, in the input or here. */
  readonly isExhausted: boolean;
  /** How many items there will be in all: exact once everything is read, an estimate before, if any. */
  expectedItems(): ItemCount | undefined;
  /** Reads no more, also when something is being waited for. */
  stop(): void;
}
