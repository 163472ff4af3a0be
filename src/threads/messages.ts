import type { Crossed } from './crossing.ts';

/** What the two ends of a lane say to one another. A lane has one message of calls in hand at a time, answered in order. */

/** Calls that one message may carry, and so flags that a lane has. 1,024 are no faster, and are 4 times as many to repeat. */
export const MOST_CALLS = 256;

/** Milliseconds after which a thread answers the calls it has done, though there are others left. */
export const ANSWER_AFTER = 1;

// A flag says how far one call has come. Both sides may change it, by compare-and-exchange only.
/** The thread has not looked at it. */
export const SENT = 0;
/** Its function runs. */
export const BEGUN = 1;
/** Its function has ended, and the answer may yet have to be sent. */
export const ENDED = 2;
/** The pool has taken it back: the thread leaves it out. */
export const TAKEN_BACK = 3;

/** What a lane begins with. */
export interface LaneOffer {
  readonly port: import('node:worker_threads').MessagePort;
  readonly flags: Int32Array;
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

/** How a call failed. */
export interface Failure {
  readonly index: number;
  /** `undefined`: with what it was killed with. */
  readonly thrown: Crossed | undefined;
}

export interface Answer {
  readonly kind: 'answer';
  /** The first call that it speaks of. */
  readonly from: number;
  /** A result for each; a hole for those that failed or were taken back. */
  readonly values: readonly unknown[];
  readonly failures: readonly Failure[] | undefined;
  /** Milliseconds that these calls took. */
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
  /** What a task that was killed threw besides. */
  | { readonly kind: 'news'; readonly index: number; readonly thrown: Crossed };
