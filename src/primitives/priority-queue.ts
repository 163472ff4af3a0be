import { checkedFunction } from './checks.ts';
import { Heap } from './heap.ts';
import { Queue, type Store } from './queue.ts';

/** How a `PriorityQueue` orders its items. */
export interface PriorityQueueOptions<T> {
  /** Below zero when `a` comes out before `b`, above zero when after. The default is the order of `<`. */
  compare?: ((a: T, b: T) => number) | undefined;
}

interface Ranked<T> {
  readonly item: T;
  readonly order: number;
}

class Ranking<T> implements Store<T> {
  readonly #heap: Heap<Ranked<T>>;
  #order = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#heap = new Heap((a, b) => compare(a.item, b.item) || a.order - b.order);
  }

  get length(): number {
    return this.#heap.size;
  }

  push(item: T): void {
    this.#heap.push({ item, order: this.#order });
    this.#order += 1;
  }

  shift(): T | undefined {
    return this.#heap.pop()?.item;
  }
}

/** The order of `<`, for which no type need be named: `Date`s, numbers, strings, whatever has a `valueOf`. */
function ascending<T>(a: T, b: T): number {
  if (a < b) return -1;
  return b < a ? 1 : 0;
}

/**
 * A `Queue` that gives the smallest item first; equal ones in the order in which they were put in. `put` and `get` are
 * O(log n). Callers that wait are still served in call order.
 *
 * @example
 * const queue = new PriorityQueue<{ due: number }>(null, { compare: (a, b) => a.due - b.due });
 * queue.putNowait({ due: 2 });
 * queue.putNowait({ due: 1 });
 * console.log(queue.getNowait().due); // 1
 */
export class PriorityQueue<T> extends Queue<T> {
  /**
   * Makes an empty queue for `maxsize` items, as `Queue` does.
   *
   * @throws {TypeError} when `maxsize` is no integer, or `compare` no function.
   */
  constructor(maxsize?: number | null, options?: PriorityQueueOptions<T>) {
    super(maxsize, new Ranking(checkedFunction('compare', options?.compare ?? ascending)));
  }
}
