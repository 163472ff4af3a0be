import { fail } from '../executor.ts';
import type { GreenThread } from '../green-thread.ts';
import type { Bound } from '../options.ts';
import { Attempts } from './attempts.ts';
import type { KeyRecord } from './per-key.ts';

/** What a task with a key or a weight is to the limits of its pool. */
export class Ticket {
  readonly key: unknown;
  /** Slots it wants. */
  readonly weight: number;
  /** Slots it has; in a lent one, those that it has besides. */
  taken = 0;
  /** Of its key, while it holds a slot as one of that. */
  record: KeyRecord | undefined = undefined;

  constructor(key: unknown, weight: number) {
    this.key = key;
    this.weight = weight;
  }
}

/** Gives `thread`, which is new, what its options ask for. A key function that throws is a failure of the task. */
export function equip(thread: GreenThread<unknown>): void {
  const { key: keyed, weight, retry } = thread.bound;
  const args = thread.outcome as readonly unknown[]; // before the start
  let key = keyed;
  try {
    if (typeof keyed === 'function') key = (keyed as (...args: readonly unknown[]) => unknown)(...args); // any function will do
  } catch (error) {
    thread.fn = fail;
    thread.outcome = [error];
    return;
  }
  if (key !== undefined || weight !== 1) thread.extra().ticket = new Ticket(key, weight);
  if (retry !== undefined) thread.extra().attempts = new Attempts(thread, retry);
}

/** @throws {TypeError} when `bound` has not one key but a function that makes them. */
export function oneKey({ key }: Bound): unknown {
  if (typeof key !== 'function') return key;
  throw new TypeError(
    'throttle() needs one key, and the key of this view is a function; call with({ key }) first',
  );
}

/** Slots that `thread` wants. */
export function weightOf(thread: GreenThread<unknown>): number {
  return thread.extras?.ticket?.weight ?? 1;
}
