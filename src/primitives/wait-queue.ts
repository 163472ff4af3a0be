import type { Clock } from './clock.ts';
import { Waiter, type WaitOptions } from './waiter.ts';

/**
 * Callers that wait for the same thing, first come, first served. A caller that gives up leaves from the middle in O(1).
 * Whoever has something to give takes the first waiter out and grants it: the thing has changed hands before the
 * waiter wakes, so nobody who arrives in between can take it.
 */
export class WaitQueue<T> {
  readonly #what: string;
  #first: Waiter<T> | undefined = undefined;
  #last: Waiter<T> | undefined = undefined;
  #length = 0;

  /** `what` names the wait in a timeout's message. */
  constructor(what: string) {
    this.#what = what;
  }

  /** Who has waited longest. */
  get first(): Waiter<T> | undefined {
    return this.#first;
  }

  get length(): number {
    return this.#length;
  }

  /** Parks the caller at the end. `onGiveUp` is told when it leaves on its own account. */
  park(options: WaitOptions | undefined, clock?: Clock, onGiveUp?: () => void): Promise<T> {
    return this.enter(options, clock, onGiveUp).promise;
  }

  /** As `park`, for owners that keep something beside the waiter. A waiter that could not wait is not in the queue. */
  enter(options: WaitOptions | undefined, clock?: Clock, onGiveUp?: () => void): Waiter<T> {
    const waiter = new Waiter<T>(this.#what, (gone) => {
      this.remove(gone);
      onGiveUp?.();
    }).listen(options, clock);
    if (!waiter.isSettled) this.add(waiter);
    return waiter;
  }

  /** Takes the first waiter out, for the caller to grant or fail, now or later. */
  shift(): Waiter<T> | undefined {
    const waiter = this.#first;
    if (waiter !== undefined) this.remove(waiter);
    return waiter;
  }

  /** Grants `value` to the first waiter; false when nobody waits. */
  grantFirst(value: T | PromiseLike<T>): boolean {
    return this.shift()?.grant(value) ?? false;
  }

  /** Grants `value` to all who wait now. */
  grantAll(value: T): void {
    for (let count = this.#length; count > 0; count -= 1) this.grantFirst(value);
  }

  /** Fails all who wait now. */
  failAll(reason: unknown): void {
    for (let count = this.#length; count > 0; count -= 1) this.shift()?.fail(reason);
  }

  /** Parks a waiter made elsewhere; its `onGiveUp` must remove it. */
  add(waiter: Waiter<T>): void {
    waiter.previous = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    this.#length += 1;
  }

  /** Takes `waiter`, which is in this queue, out of it. */
  remove(waiter: Waiter<T>): void {
    const { next, previous } = waiter;
    // Taken out by `shift`, and gave up before it was granted.
    if (previous === undefined && this.#first !== waiter) return;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    waiter.next = undefined;
    waiter.previous = undefined;
    this.#length -= 1;
  }
}
