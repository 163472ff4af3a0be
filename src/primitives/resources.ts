import { Fifo } from './fifo.ts';
import type { Store } from './queue.ts';
import { Stack } from './stack.ts';

/** The items of a resource pool: which are idle and which are out. Equal primitive items are told apart by number only. */
export class Resources<T> {
  readonly #idle: Store<T>;
  readonly #out = new Map<T, number>();
  #taken = 0;

  constructor(order: 'fifo' | 'lifo') {
    this.#idle = order === 'lifo' ? new Stack() : new Fifo();
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** Items that are out. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes the next idle item out; `undefined` when none is idle. */
  take(): T | undefined {
    if (this.#idle.length === 0) return undefined;
    const item = this.#idle.shift() as T; // one is idle
    this.lend(item);
    return item;
  }

  /** Removes an idle item for good. */
  drop(): T | undefined {
    return this.#idle.shift();
  }

  /** Adds an idle item. */
  keep(item: T): void {
    this.#idle.push(item);
  }

  /** Adds an item that is out. */
  lend(item: T): void {
    this.#out.set(item, (this.#out.get(item) ?? 0) + 1);
    this.#taken += 1;
  }

  /** Removes an item that is out; false when it is not. */
  giveBack(item: T): boolean {
    const count = this.#out.get(item);
    if (count === undefined) return false;
    if (count === 1) this.#out.delete(item);
    else this.#out.set(item, count - 1);
    this.#taken -= 1;
    return true;
  }
}
