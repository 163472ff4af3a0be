/** The second argument of the user's function. Its methods may be taken out of it: `(item, { log }) => ...`. */
export interface ItemContext {
  /** Aborts when the run is cancelled, and when the time of this attempt is over. */
  readonly signal: AbortSignal;
  /** The item's number in the input, from 1. */
  readonly id: number;
  /** What the item is about, where `--per` names a field. */
  readonly key: unknown;
  /** How often this item was tried, this time included. */
  readonly attempt: number;
  /** 0 to jobs - 1; no two items that run at the same time share it. */
  readonly slot: number;
  /** Prints to stderr, formatted as by `console.log`, without tearing the progress bar. */
  readonly log: (...values: unknown[]) => void;
  /** Tells how much of this item is done, from 0 to 1. */
  readonly progress: (fraction: number) => void;
  /** Lets no item start for `ms` milliseconds; where `--per` names a field, none of the same key. */
  readonly throttle: (ms: number) => void;
  /** Ends this item without a result; it counts as skipped, not as failed. Does not return. */
  readonly skip: (reason?: string) => never;
}

/** The user's function. */
export type ItemFunction = (item: unknown, context: ItemContext) => unknown;

/** Thrown by `skip()` only to leave the function: what counts is that `skip` was called. */
export class SkipItem extends Error {
  constructor(reason: string) {
    super(`the item was skipped: ${reason}`);
    this.name = 'SkipItem';
  }
}
