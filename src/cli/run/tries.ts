import type { GreenThread } from '../../core/green-thread.ts';
import type { Item } from '../input/item.ts';

/** One item from its first attempt to its last. */
export class Tries {
  readonly item: Item;
  /** Failed in an earlier session. */
  readonly before: number;
  /** It runs in; there once it was handed to the pool. */
  thread: GreenThread<unknown> | undefined = undefined;
  /** Begun so far in this one. */
  count = 0;
  /** Whether another attempt follows the one under way; decided once. */
  willRetry: boolean | undefined = undefined;
  /** Whether it has ended for good. The pool may find later that its time is over, while the end is being recorded. */
  isOver = false;
  /** Whether the last attempt has failed and another one follows. */
  isWaiting = false;

  constructor(item: Item, before: number) {
    this.item = item;
    this.before = before;
  }
}

/** What an attempt came to. */
export type Came = { readonly result: unknown } | { readonly error: unknown };
