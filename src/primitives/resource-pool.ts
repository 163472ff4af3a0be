import { GreenpoolError } from '../errors.ts';
import { checkedCount, checkedFunction, show } from './checks.ts';
import { bindContext, currentScope } from './context.ts';
import { ignore } from './deferred.ts';
import { Resources } from './resources.ts';
import { WaitQueue } from './wait-queue.ts';
import { failing, passing, type Waiter, type WaitOptions } from './waiter.ts';
import { warnOf } from './warning.ts';

/** How a `ResourcePool` makes its items, and how many. */
export interface ResourcePoolOptions<T> {
  /** Makes one item, at once or later. It runs in the context of the `get` that needs it. */
  create: () => T | PromiseLike<T>;
  /** The most items there are at any time; 4 by default. */
  maxSize?: number | undefined;
  /** Items made by the constructor, before anybody asks; 0 by default. */
  minSize?: number | undefined;
  /** Ends an item: after `close()`, or when there are too many after a `resize()`. */
  destroy?: ((item: T) => unknown) | undefined;
  /** Which idle item comes next: the one longest idle (`fifo`, the default), or the one put back last (`lifo`). */
  order?: 'fifo' | 'lifo' | undefined;
  /**
   * Told of failures that no `get` can carry: of `destroy`, and of a `create` that nobody waits for any more. The default
   * is a process warning.
   */
  onError?: ((error: unknown) => void) | undefined;
}

const DEFAULTS = Object.freeze({ maxSize: 4, minSize: 0, order: 'fifo' });

/**
 * Keeps up to `maxSize` items, such as connections, and lends each to one caller at a time. Items are made when needed;
 * an item put back goes to the caller that has waited longest.
 *
 * @example
 * let opened = 0;
 * const connections = new ResourcePool({ create: () => ({ id: ++opened }), maxSize: 2 });
 * console.log(await connections.item((connection) => connection.id)); // 1
 * await connections.close();
 */
export class ResourcePool<T> {
  // Whoever parks in `waiters` finds no idle item, and all places taken or being filled.
  readonly #waiters = new WaitQueue<T>('ResourcePool.get()');
  readonly #closers = new WaitQueue<void>('ResourcePool.close()');
  readonly #items: Resources<T>;
  readonly #create: () => T | PromiseLike<T>;
  readonly #destroy: ((item: T) => unknown) | undefined;
  readonly #onError: (error: unknown) => void;
  #maxSize: number;
  // Items being made for one caller each, items being made ahead, items being ended.
  #making = 0;
  #warming = 0;
  #ending = 0;
  #isClosed = false;

  /**
   * Makes the pool and starts to make its first `minSize` items. One that fails is told to `onError`, and made again when
   * it is needed.
   *
   * @throws {TypeError | RangeError} when an option is of the wrong kind, or `minSize` exceeds `maxSize`.
   */
  constructor(options: ResourcePoolOptions<T>) {
    const { minSize = DEFAULTS.minSize, maxSize = DEFAULTS.maxSize, order = DEFAULTS.order } = options;
    this.#create = checkedFunction('create', options.create);
    this.#destroy = options.destroy === undefined ? undefined : checkedFunction('destroy', options.destroy);
    this.#onError = options.onError === undefined ? warn : checkedFunction('onError', options.onError);
    if (order !== 'fifo' && order !== 'lifo') {
      throw new TypeError(`order must be "fifo" or "lifo", got ${show(order)}`);
    }
    this.#items = new Resources(order);
    this.#maxSize = checkedCount('maxSize', maxSize);
    if (checkedCount('minSize', minSize) > maxSize || minSize === Number.POSITIVE_INFINITY) {
      throw new RangeError(`minSize must be finite and at most maxSize (${maxSize}), got ${minSize}`);
    }
    for (let count = minSize; count > 0; count -= 1) this.#make(undefined);
  }

  /** The most items there are at any time. */
  get maxSize(): number {
    return this.#maxSize;
  }

  /**
   * Takes an item: an idle one, else a new one, else the next one put back. Callers are served in the order of their calls.
   * When `create` fails, this call alone rejects with the error, and the next one waiting tries. A caller that gives
   * up while its item is being made leaves it to others.
   *
   * @throws {GreenpoolError} `ERR_RESOURCE_CLOSED`, after `close()`, also when it came while waiting.
   */
  get(options?: WaitOptions): Promise<T> {
    if (this.#isClosed) return failing(options, closed());
    // An idle item is there.
    if (this.#items.idle > 0) return passing(options, () => this.#items.take() as T);
    const waiter = this.#waiters.enter(options);
    if (!waiter.isSettled) {
      // Made when some other caller ends, it must not run in that one's context: a kill of it would reach in here.
      waiter.load = bindContext(() => this.#make(waiter));
      this.#serve();
    }
    return waiter.promise;
  }

  /**
   * Puts back an item that `get` gave.
   *
   * @throws {GreenpoolError} `ERR_RESOURCE_UNKNOWN`, when it was not taken from here or is back already.
   */
  put(item: T): void {
    if (!this.#items.giveBack(item)) {
      throw new GreenpoolError(
        'ERR_RESOURCE_UNKNOWN',
        `${show(item)} is not out: put() takes back, once, what get() of the same pool gave`,
      );
    }
    this.#offer(item);
  }

  /**
   * Calls `fn(item, ...args)` with an item, which goes back when the call has ended.
   *
   * @example
   * const pages = new ResourcePool({ create: () => new Map<string, string>() });
   * const size = await pages.item((cache) => cache.set('a', 'b').size);
   */
  item<A extends unknown[], R>(fn: (item: T, ...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const scope = currentScope();
    const result: Promise<Awaited<R>> = this.#use(fn, args).catch((error) => {
      // The kill of the caller is known to its handle; this promise may have been dropped.
      if (scope?.isKilled) result.catch(ignore);
      throw error;
    });
    return result;
  }

  async #use<A extends unknown[], R>(fn: (item: T, ...args: A) => R, args: A): Promise<Awaited<R>> {
    checkedFunction('fn', fn);
    const item = await this.get();
    try {
      return await fn(item, ...args);
    } finally {
      this.put(item);
    }
  }

  /** Items that could be taken at once, made or not yet made; negative after a shrink. */
  free(): number {
    return this.#maxSize - this.#items.taken - this.#making;
  }

  /** Callers that wait for an item to come back. */
  waiting(): number {
    return this.#waiters.length;
  }

  /**
   * Changes the most items there are. More room serves waiting callers at once; with less, idle items end now, and taken
   * ones when they are put back.
   *
   * @throws {TypeError | RangeError} when `maxSize` is not an integer >= 0 or `Infinity`; nothing changes then.
   */
  resize(maxSize: number): void {
    this.#maxSize = checkedCount('maxSize', maxSize);
    while (this.#items.idle > 0 && this.#size > maxSize) this.#end(this.#items.drop() as T); // one is idle
    this.#serve();
  }

  /**
   * Ends the pool: waiting and later `get`s reject with `ERR_RESOURCE_CLOSED`, idle items end now, taken ones when they are
   * put back. Resolves when the last item has ended. Closing again waits for the same.
   */
  close(options?: WaitOptions): Promise<void> {
    this.#isClosed = true;
    this.#waiters.failAll(closed());
    while (this.#items.idle > 0) this.#end(this.#items.drop() as T); // one is idle
    return this.#isEmpty ? passing(options, () => {}) : this.#closers.park(options);
  }

  get #size(): number {
    return this.#items.idle + this.#items.taken + this.#making + this.#warming;
  }

  get #isEmpty(): boolean {
    return this.#isClosed && this.#size + this.#ending === 0;
  }

  /** Starts to make items for those who wait, as far as there is room and none is being made for them already. */
  #serve(): void {
    while (this.#waiters.length > this.#warming && this.#size < this.#maxSize) {
      const make = this.#waiters.shift()?.load as () => void; // get() left it there
      make();
    }
  }

  /** Makes one item, for `waiter` or ahead. */
  #make(waiter: Waiter<T> | undefined): void {
    if (waiter === undefined) this.#warming += 1;
    else this.#making += 1;
    const item = new Promise<T>((resolve) => resolve(this.#create()));
    item.then(
      (made) => this.#made(made, waiter),
      (error) => this.#failed(error, waiter),
    );
  }

  #made(item: T, waiter: Waiter<T> | undefined): void {
    if (waiter === undefined) this.#warming -= 1;
    else this.#making -= 1;
    if (waiter === undefined || waiter.isSettled) {
      this.#offer(item);
      return;
    }
    this.#items.lend(item);
    waiter.grant(item);
  }

  #failed(error: unknown, waiter: Waiter<T> | undefined): void {
    if (waiter === undefined) {
      this.#warming -= 1;
      this.#report(error);
    } else {
      this.#making -= 1;
      // Where the caller has given up, and not for the same reason (a kill ends both), nobody else would learn of it.
      if (!waiter.fail(error)) waiter.promise.catch((reason) => reason !== error && this.#report(error));
    }
    this.#serve();
    this.#settle();
  }

  /** `item` belongs to nobody: the first one waiting gets it, or it stays idle, or it is one too many. */
  #offer(item: T): void {
    if (this.#isClosed || this.#size >= this.#maxSize) {
      this.#end(item);
    } else if (this.#waiters.length > 0) {
      this.#items.lend(item);
      this.#waiters.grantFirst(item);
    } else this.#items.keep(item);
  }

  #end(item: T): void {
    this.#ending += 1;
    const ended = new Promise<unknown>((resolve) => resolve(this.#destroy?.(item)));
    // `#report` never throws, so this chain cannot reject.
    void ended.then(undefined, this.#report).then(() => {
      this.#ending -= 1;
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#isEmpty) this.#closers.grantAll(undefined);
  }

  readonly #report = (error: unknown): void => {
    try {
      this.#onError(error);
    } catch (thrown) {
      warn(error);
      warn(thrown);
    }
  };
}

function warn(error: unknown): void {
  warnOf('a resource pool could not make or end an item', error);
}

function closed(): GreenpoolError {
  return new GreenpoolError('ERR_RESOURCE_CLOSED', 'the resource pool is closed; get() before close()');
}
