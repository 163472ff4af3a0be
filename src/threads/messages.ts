import type { Crossed } from './crossing.ts';

/** What the two ends of a lane say to one another. A lane has one message of calls in hand at a time, answered in order. */

/** Calls that one message may carry. 1,024 are no faster. */
export const MOST_CALLS = 256;

/** Milliseconds of calls after which a thread answers, though there are others left. */
export const ANSWER_AFTER = 1;

/** Milliseconds after which a pool looks at the board of a lane that has not answered. */
export const LOOK_AFTER = 20;

/** What a lane begins with. */
export interface LaneOffer {
  readonly port: import('node:worker_threads').MessagePort;
  /** The memory of its `Board`. */
  readonly board: SharedArrayBuffer;
}

/** A function that the other side has not heard of yet. */
export interface TaskEntry {
  readonly id: number;
  readonly url: string;
  readonly name: string;
}

export interface CallsMessage {
  readonly kind: 'calls';
  readonly tasks: readonly TaskEntry[] | undefined;
  readonly count: number;
  /** For each call: the id of its task, the number of its arguments, the arguments. Flat, since an array a call doubles the time. */
  readonly words: readonly unknown[];
}

export interface StreamMessage {
  readonly kind: 'stream';
  readonly tasks: readonly TaskEntry[] | undefined;
  readonly task: number;
  readonly args: readonly unknown[];
  /** Items that may be on their way. */
  readonly window: number;
}

export type ToThread =
  | CallsMessage
  | StreamMessage
  /** The call of this number is killed. */
  | { readonly kind: 'abort'; readonly index: number; readonly reason: Crossed }
  /** So many items of the stream were taken. */
  | { readonly kind: 'taken'; readonly count: number }
  /** Nobody wants more of the stream. */
  | { readonly kind: 'return' }
  /** The lane is not needed any more. */
  | { readonly kind: 'end' };

/** What a call came to that is not on the board. A failure of `undefined` is what it was killed with. */
export type Outcome =
  | { readonly index: number; readonly value: unknown }
  | { readonly index: number; readonly thrown: Crossed | undefined };

export interface Answer {
  readonly kind: 'answer';
  /** All calls before this number have ended, or were left out. Their results are on the board, but for one perhaps. */
  readonly upTo: number;
  readonly outcome: Outcome | undefined;
  /** So many calls have ended since the last answer, and took so many milliseconds. */
  readonly count: number;
  readonly spent: number;
  /** No result was an object. */
  readonly isPlain: boolean;
  /** No calls are left. */
  readonly isLast: boolean;
}

export type FromThread =
  | { readonly kind: 'here'; readonly threadId: number }
  | Answer
  | { readonly kind: 'items'; readonly items: readonly unknown[] }
  /** What a task says besides: see `sayNote`. */
  | { readonly kind: 'note'; readonly note: unknown }
  /** What a task that was killed threw besides. */
  | { readonly kind: 'news'; readonly index: number; readonly thrown: Crossed };
