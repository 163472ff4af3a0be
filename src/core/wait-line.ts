import { Fifo } from '../primitives/fifo.ts';
import { Heap } from '../primitives/heap.ts';

/** A caller that stands in a line. `place` names the line; a caller whose `place` is another has left. */
export interface Queued {
  readonly id: number;
  readonly priority: number;
  place: unknown;
}

/** Where callers wait for a slot. */
export interface Line<T> {
  readonly length: number;
  push(item: T): void;
  /** Takes the first one out that may have one of `free` slots. */
  shift(free: number): T | undefined;
  /** `item` leaves from wherever it stands, if it does. */
  leave(item: T): void;
  /** Those who stand in line now, in order, all taken out. O(n log n). */
  drain(): T[];
}

// The line is swept when those who left outnumber those who stand, above this many.
const SWEEP_FROM = 64;

/**
 * Callers in order of priority, higher first, then of arrival. Equal priorities, the common case, stay in a queue
 * without comparisons; the others go through a heap, O(log n). Leaving from the middle is O(1): the entry stays as a dead
 * mark until it comes up or a sweep finds it, so the dead never outnumber the living by more than a constant.
 */
export class WaitLine<T extends Queued> implements Line<T> {
  readonly #plain = new Fifo<T>();
  readonly #ranked = new Heap<T>((a, b) => b.priority - a.priority || a.id - b.id);
  readonly #isRanked: boolean;
  /** What the `place` of those who stand here says. */
  readonly #place: unknown;
  #length = 0;

  /**
   * A ranked line keeps the order of arrival (`id`) also when callers are pushed out of order; each push is O(log n). A line
   * that is part of another one goes by the name of that, its `place`.
   */
  constructor({ isRanked = false, place }: { isRanked?: boolean; place?: unknown } = {}) {
    this.#isRanked = isRanked;
    this.#place = place ?? this;
  }

  /** Those who stand in line. */
  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    item.place = this.#place;
    this.#length += 1;
    if (item.priority === 0 && !this.#isRanked) this.#plain.push(item);
    else this.#ranked.push(item);
  }

  /** Takes the first one out. */
  shift(): T | undefined {
    while (this.#length > 0) {
      const item = this.#isRankedNext ? this.#ranked.pop() : this.#plain.shift();
      if (item === undefined) return undefined;
      if (item.place !== this.#place) continue;
      item.place = undefined;
      this.#length -= 1;
      return item;
    }
    return undefined;
  }

  /** The one that `shift` would take. Those who left before it are dropped. */
  peek(): T | undefined {
    while (this.#length > 0) {
      const isRanked = this.#isRankedNext;
      const item = isRanked ? this.#ranked.peek() : this.#plain.peek();
      if (item === undefined || item.place === this.#place) return item;
      if (isRanked) this.#ranked.pop();
      else this.#plain.shift();
    }
    return undefined;
  }

  get #isRankedNext(): boolean {
    if (this.#ranked.size === 0) return false;
    return this.#plain.length === 0 || (this.#ranked.peek()?.priority ?? 0) > 0;
  }

  /** `item` leaves this line, if it stands in it, from wherever it is. */
  leave(item: T): void {
    if (item.place !== this.#place) return;
    item.place = undefined;
    this.#length -= 1;
    const entries = this.#plain.length + this.#ranked.size;
    if (entries < SWEEP_FROM || this.#length * 2 > entries) return;
    const stands = (entry: T): boolean => entry.place === this.#place;
    this.#plain.filter(stands);
    this.#ranked.filter(stands);
  }

  drain(): T[] {
    const items: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item);
    return items;
  }
}
