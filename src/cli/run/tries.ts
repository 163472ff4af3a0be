import type { Item } from '../input/item.ts';

/** One item from its first attempt to its last, where items have limits of their own. */
export interface Tries {
  readonly item: Item;
  /** Failed in an earlier session. */
  readonly before: number;
  /** Begun so far in this one. */
  count: number;
  /** Whether another attempt follows the one under way; decided once. */
  willRetry: boolean | undefined;
  /** Whether it has ended for good. The pool may find later that its time is over, while the end is being recorded. */
  isOver: boolean;
  /** Whether the last attempt has failed and another one follows. */
  isWaiting: boolean;
}
