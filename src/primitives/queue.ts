import { Empty, Full, GreenpoolError } from '../errors.ts';
import { show } from './checks.ts';
import { Fifo } from './fifo.ts';
import { QueueIterator } from './queue-iterator.ts';
import { WaitQueue } from './wait-queue.ts';
import { failing, passing, Waiter, type WaitOptions } from './waiter.ts';

/** Where a queue keeps its items; decides which one comes out next. */
export interface Store<T> {
  readonly length: number;
  push(item: T): void;
  shift(): T | undefined;
}

// Wakes a parked put() a few microtasks after the get() that made room, so that the taker has the item before the giver
// goes on. The hand-off itself is final at once.
const SOON: Promise<void> = Promise.resolve();

/**
 * Hands items from producers to consumers, first in, first out. `put` waits while the queue is full, which is the
 * back-pressure; `get` waits while it is empty. Both are served in call order: nobody overtakes, and a caller that gives
 * up takes no item and leaves none. Every call is O(1), at any length. An item that is itself a promise is awaited by `get`.
 *
 * @example
 * const queue = new Queue<string>(10);
 * spawnN(async () => {
 *   for (const url of urls) await queue.put(url);
 *   queue.close();
 * });
 * for await (const url of queue) await fetchPage(url);
 */
export class Queue<T> implements AsyncIterable<T> {
  // Whoever parks in `getters` finds neither items nor putters; whoever parks in `putters` finds no room.
  readonly #items: Store<T>;
  readonly #getters = new WaitQueue<T>('Queue.get()');
  readonly #putters = new WaitQueue<void>('Queue.put()');
  readonly #joiners = new WaitQueue<void>('Queue.join()');
  #capacity: number;
  #unfinished = 0;
  // One error for all, so that an iterator can tell it from a kill with a similar one.
  #closure: GreenpoolError | undefined = undefined;

  /**
   * Makes an empty queue for `maxsize` items. No number, `null`, a negative number or `Infinity`: unbounded. 0: a rendezvous,
   * where every `put` waits for its `get`.
   *
   * @throws {TypeError} when `maxsize` is no integer.
   */
  constructor(maxsize?: number | null);
  /** @internal */
  constructor(maxsize: number | null | undefined, items: Store<T>);
  constructor(maxsize?: number | null, items: Store<T> = new Fifo()) {
    this.#capacity = checkedCapacity(maxsize);
    this.#items = items;
  }

  /** How many items fit in; `null` when unbounded. */
  get maxsize(): number | null {
    return this.#capacity === Number.POSITIVE_INFINITY ? null : this.#capacity;
  }

  /** Items put in for which `taskDone()` has not been called. Items of a waiting `put` do not count yet. */
  get unfinishedTasks(): number {
    return this.#unfinished;
  }

  /**
   * Puts `item` in, first waiting for room if there is none.
   *
   * @throws {GreenpoolError} `ERR_QUEUE_CLOSED`, after `close()`, also when it came while waiting.
   * @example
   * const queue = new Queue<number>(1);
   * await queue.put(1);
   * await queue.put(2, { timeout: 5 }).catch((error) => console.log(error.code)); // ERR_TIMEOUT
   */
  put(item: T, options?: WaitOptions): Promise<void> {
    if (this.#closure !== undefined) return failing(options, this.#closure);
    if (this.#takesNow()) return passing(options, () => this.#accept(item));
    const putter = this.#putters.enter(options);
    putter.load = item;
    return putter.promise;
  }

  /**
   * Takes the next item out, first waiting for one if there is none.
   *
   * @throws {GreenpoolError} `ERR_QUEUE_CLOSED`, when the queue is closed and nothing is left in it.
   * @example
   * const queue = new Queue<number>();
   * queue.putNowait(1);
   * console.log(await queue.get()); // 1
   */
  get(options?: WaitOptions): Promise<T> {
    if (this.#givesNow()) return passing(options, () => this.#take());
    if (this.#closure !== undefined) return failing(options, this.#closure);
    return this.#getters.park(options);
  }

  /**
   * Puts `item` in without waiting; on a rendezvous, only into the hands of somebody who waits in `get`.
   *
   * @throws {Full} when there is no room.
   * @throws {GreenpoolError} `ERR_QUEUE_CLOSED`, after `close()`.
   */
  putNowait(item: T): void {
    if (this.#closure !== undefined) throw this.#closure;
    if (!this.#takesNow()) throw new Full(this.#capacity);
    this.#accept(item);
  }

  /**
   * Takes the next item out without waiting; on a rendezvous, only from somebody who waits in `put`.
   *
   * @throws {Empty} when there is none.
   * @throws {GreenpoolError} `ERR_QUEUE_CLOSED`, when there is none and there will be none.
   */
  getNowait(): T {
    if (this.#givesNow()) return this.#take();
    throw this.#closure ?? new Empty();
  }

  /** Items in the queue. */
  qsize(): number {
    return this.#items.length;
  }

  /** Whether no item is in the queue. */
  empty(): boolean {
    return this.#items.length === 0;
  }

  /** Whether the queue has no room; a rendezvous never has. */
  full(): boolean {
    return this.#items.length >= this.#capacity;
  }

  /** Callers that wait in `put`. */
  putting(): number {
    return this.#putters.length;
  }

  /** Callers that wait in `get`, or for an iterator's next item. */
  getting(): number {
    return this.#getters.length;
  }

  /**
   * Says that one item taken out has been dealt with; `join` waits for as many as were put in.
   *
   * @throws {GreenpoolError} `ERR_QUEUE_TASK_DONE`, when called more often than items were put in.
   */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new GreenpoolError(
        'ERR_QUEUE_TASK_DONE',
        'taskDone() was called more often than items were put in; call it once for each item',
      );
    }
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#joiners.grantAll(undefined);
  }

  /**
   * Waits until every item put in has been dealt with, as told by `taskDone()`; at once when there is none.
   *
   * @example
   * const queue = new Queue<string>();
   * queue.putNowait(url);
   * spawnN(async () => {
   *   await fetchPage(await queue.get());
   *   queue.taskDone();
   * });
   * await queue.join();
   */
  join(options?: WaitOptions): Promise<void> {
    return this.#unfinished === 0 ? passing(options, () => {}) : this.#joiners.park(options);
  }

  /**
   * Changes how many items fit in, as in the constructor. More room lets waiting `put`s in at once, in order; with less, the
   * items that are in stay.
   *
   * @throws {TypeError} when `maxsize` is no integer; nothing changes then.
   */
  resize(maxsize: number | null): void {
    this.#capacity = checkedCapacity(maxsize);
    this.#admit();
  }

  /**
   * Ends the input: waiting and later `put`s reject with `ERR_QUEUE_CLOSED`. What is in can still be taken out; then `get`
   * rejects with the same, and iteration ends. `join` goes on to work. Closing twice does nothing.
   *
   * @example
   * const queue = new Queue<number>();
   * queue.putNowait(1);
   * queue.close();
   * for await (const item of queue) console.log(item); // 1
   */
  close(): void {
    if (this.#closure !== undefined) return;
    this.#closure = new GreenpoolError(
      'ERR_QUEUE_CLOSED',
      'the queue is closed; put() before close(), and get() only until it is drained',
    );
    this.#putters.failAll(this.#closure);
    this.#getters.failAll(this.#closure);
  }

  /** Takes items out until the queue is closed and drained. Several iterators share the items. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return new QueueIterator<T>({
      take: () => this.#request(),
      isEnd: (error) => error === this.#closure,
    });
  }

  /** As `get`, but with the waiter, through which an iterator that returns gives the request up. */
  #request(): Waiter<T> {
    if (!this.#givesNow() && this.#closure === undefined) return this.#getters.enter(undefined);
    const waiter = new Waiter<T>('Queue.get()').listen(undefined);
    if (waiter.isSettled) return waiter;
    if (this.#givesNow()) waiter.grant(this.#take());
    else waiter.fail(this.#closure);
    return waiter;
  }

  #takesNow(): boolean {
    return this.#getters.length > 0 || this.#items.length < this.#capacity;
  }

  #givesNow(): boolean {
    return this.#items.length > 0 || this.#putters.length > 0;
  }

  #accept(item: T): void {
    if (this.#getters.length > 0) this.#getters.grantFirst(item);
    else this.#items.push(item);
    this.#unfinished += 1;
  }

  #take(): T {
    if (this.#items.length === 0) return this.#takeFromPutter();
    const item = this.#items.shift() as T; // there is one
    this.#admit();
    return item;
  }

  #takeFromPutter(): T {
    const putter = this.#putters.shift();
    this.#unfinished += 1;
    putter?.grant(SOON);
    return putter?.load as T; // put() left it there
  }

  #admit(): void {
    while (this.#items.length < this.#capacity) {
      const putter = this.#putters.shift();
      if (putter === undefined) return;
      try {
        this.#items.push(putter.load as T); // put() left it there
      } catch (error) {
        // A compare function refused the item: that is for the one who put it, not for whoever made room.
        putter.fail(error);
        continue;
      }
      this.#unfinished += 1;
      putter.grant(SOON);
    }
  }
}

function checkedCapacity(maxsize: unknown): number {
  if (maxsize === undefined || maxsize === null) return Number.POSITIVE_INFINITY;
  if (
    typeof maxsize !== 'number' ||
    Number.isNaN(maxsize) ||
    (Number.isFinite(maxsize) && !Number.isInteger(maxsize))
  ) {
    throw new TypeError(`maxsize must be an integer, Infinity or null, got ${show(maxsize)}`);
  }
  return maxsize < 0 ? Number.POSITIVE_INFINITY : maxsize;
}
