import { GreenletExit, PoolClosedError } from '../errors.ts';
import { type Abortable, offAbort, onAbort } from '../primitives/abort.ts';
import { show } from '../primitives/checks.ts';
import { runInScope } from '../primitives/context.ts';
import { ignore } from '../primitives/deferred.ts';
import { Fifo } from '../primitives/fifo.ts';
import type { WaitOptions } from '../primitives/waiter.ts';
import { ContextPump } from './context-pump.ts';
import type { TaskFunction } from './executor.ts';
import { GreenThread } from './green-thread.ts';
import type { Crew } from './lending.ts';
import { start, stop } from './lifecycle.ts';
import { type Pulled, Zip } from './map-source.ts';
import type { Bound } from './options.ts';
import type { Kill, OpenMap, PoolCore } from './pool-core.ts';
import { Results, type ResultsOwner, type Taking } from './results.ts';
import { SourceScope } from './source-scope.ts';
import type { ItemStarter } from './starter.ts';

type Thread = GreenThread<unknown>;

// Items in hand per slot: the slack keeps slots busy while the head of the line is slow.
const READ_AHEAD_PER_SLOT = 2;
// For a pool of size Infinity.
const READ_AHEAD_UNBOUNDED = 1000;

/** What a map does with its source and its items. */
export interface MapPlan {
  readonly sources: readonly unknown[];
  readonly fn: TaskFunction;
  /** Each element is an iterable of arguments. */
  readonly isSpread: boolean;
  readonly isOrdered: boolean;
}

/**
 * The machine behind `imap` and `starmap`: pulls items from the source as far as the window allows, runs each in the pool, and
 * hands out the results. One pump does all of it, in the context of the call that made the map, whoever asks for items;
 * it starts the items itself, so that they need no gates.
 */
export class MapEngine implements ResultsOwner, OpenMap, Abortable, ItemStarter {
  readonly #core: PoolCore;
  readonly #bound: Bound;
  readonly #plan: MapPlan;
  readonly #results: Results;
  readonly #source: Zip;
  /** Admitted items that have not started. */
  readonly #ready = new Fifo<Thread>();
  readonly #pump: ContextPump;
  #isPulling = false;
  #isWorking = false;
  #lastError: [reason: unknown] | undefined = undefined;
  #isOpen = false;
  #isAwake = false;
  /** The last kill of the pool when items were last asked for. */
  #seenKill: Kill | undefined = undefined;
  /** The source has ended, failed or been closed. */
  isExhausted = false;

  constructor(core: PoolCore, bound: Bound, plan: MapPlan) {
    this.#core = core;
    this.#bound = bound;
    this.#plan = plan;
    this.#source = new Zip(plan.sources);
    this.#results = new Results(core, this, plan.isOrdered);
    const scope = new SourceScope(this.#results);
    this.#pump = runInScope(scope, () => new ContextPump(() => this.#work()), []);
  }

  /** The map starts its items itself; without context, the pool does, since they belong to the context of its creator. */
  get starter(): ItemStarter | undefined {
    return this.#core.usesContext ? this : undefined;
  }

  get upstream(): readonly Crew[] {
    return this.#source.crews;
  }

  get crews(): readonly Crew[] {
    return this.#results.crews;
  }

  next(taking: Taking, options: WaitOptions | undefined): Promise<IteratorResult<unknown, undefined>> {
    const { signal } = this.#bound;
    const { lastKill } = this.#core;
    this.#seenKill ??= lastKill;
    // While nothing runs and nobody waits, the pool does not know this map; it finds out here.
    if (this.#seenKill !== lastKill) this.end(lastKill.reason);
    this.#seenKill = lastKill;
    if (signal?.aborted) this.end(signal.reason);
    const item = this.#results.next(taking, options);
    if (!this.isExhausted) this.pump();
    this.#updateOpen();
    return item;
  }

  /** `return()`: nothing more is wanted. */
  async close(): Promise<void> {
    const wasExhausted = this.isExhausted;
    this.#lastError = undefined;
    this.#stop(new GreenletExit('the map that this item belongs to was closed'));
    if (!wasExhausted) await this.#source.close();
  }

  /** The pool was killed, or the signal of the map aborted: one `next()` rejects, then the end. */
  end(reason: unknown): void {
    if (this.isExhausted && this.#results.outstanding === 0) return;
    this.#lastError = [reason];
    this.#stop(reason);
    this.#source.close().catch(ignore);
  }

  /** The pool was closed: what was taken goes on, then one `next()` rejects, then the end. */
  refuse(): void {
    if (this.isExhausted) return;
    this.#fail(new PoolClosedError(this.#core.name));
    this.#source.close().catch(ignore);
    this.pump();
  }

  abort(reason: unknown): void {
    this.end(reason);
  }

  pump(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#core.awakeMaps += 1;
    this.#pump.wake();
  }

  taken(): void {
    if (!this.isExhausted && !this.#isPulling && !this.#isWorking) this.pump();
  }

  failed(): void {
    // The rejection that is on its way tells more than what the source may throw while it closes.
    this.close().catch(ignore);
  }

  allSettled(): void {
    if (!this.#isWorking) this.#updateOpen();
  }

  takeLastError(): [reason: unknown] | undefined {
    const error = this.#lastError;
    this.#lastError = undefined;
    return error;
  }

  begin(item: Thread): void {
    this.#ready.push(item);
  }

  queue(): void {}

  admitted(item: Thread): void {
    this.#ready.push(item);
    if (!this.#isWorking) this.pump();
  }

  get #window(): number {
    const { size } = this.#core;
    const standard = size === Number.POSITIVE_INFINITY ? READ_AHEAD_UNBOUNDED : size * READ_AHEAD_PER_SLOT;
    return Math.max(1, this.#bound.readAhead ?? standard);
  }

  get #mayPull(): boolean {
    return !this.isExhausted && !this.#isPulling && this.#results.outstanding < this.#window;
  }

  /** Pulls and starts until neither is possible; items that end at once, and consumers that take them, make room for more. */
  #work(): void {
    if (this.#isAwake) this.#core.awakeMaps -= 1;
    this.#isAwake = false;
    this.#isWorking = true;
    const { turn } = this.#core;
    while (true) {
      if (this.#mayPull) this.#pull();
      else if (this.#ready.length === 0) break;
      else if (turn.spend()) {
        turn.onNext(() => this.pump());
        break;
      } else this.#startNext();
    }
    this.#isWorking = false;
    this.#results.flush();
    this.#updateOpen();
    this.#core.idle.settle();
  }

  #startNext(): void {
    const item = this.#ready.shift();
    if (item !== undefined) start(item);
  }

  #pull(): void {
    if (this.#core.isClosed) {
      this.refuse();
      return;
    }
    try {
      const pulled = this.#source.pull();
      if (pulled instanceof Promise) this.#await(pulled);
      else this.#accept(pulled);
    } catch (error) {
      this.#fail(error);
    }
  }

  #await(pulled: Promise<Pulled>): void {
    this.#isPulling = true;
    const go = (): void => {
      this.#isPulling = false;
      this.#work();
    };
    pulled.then(
      (item) => {
        this.#accept(item);
        go();
      },
      (error) => {
        this.#fail(error);
        go();
      },
    );
  }

  #accept(pulled: Pulled): void {
    // An item that arrives after the end of the map is dropped.
    if (this.isExhausted) return;
    if (pulled === undefined) this.isExhausted = true;
    else this.#spawn(pulled);
  }

  /** The source has failed: what came before goes first. */
  #fail(error: unknown): void {
    if (this.isExhausted) return;
    this.isExhausted = true;
    this.#lastError = [error];
  }

  #spawn(item: Exclude<Pulled, undefined>): void {
    // The signal ends the map as a whole, so that it rejects once and not once per item.
    const bound = this.#bound.signal === undefined ? this.#bound : { ...this.#bound, signal: undefined };
    const [fn, args] = this.#callOf(item);
    const thread = new GreenThread<unknown>(this.#core, bound, fn, args);
    thread.origin = this.#results;
    this.#results.expect(thread);
    if (this.#core.hasRoom) this.#core.begin(thread);
    else this.#core.enqueue(thread);
  }

  #callOf(item: Exclude<Pulled, undefined>): [fn: TaskFunction, args: readonly unknown[]] {
    const { fn, isSpread } = this.#plan;
    if ('error' in item) return [thrower(item.error), []];
    if (!isSpread) return [fn, item.args];
    const [element] = item.args;
    // Any value but null and undefined may be asked for a property; one that has it is iterable.
    const isIterable =
      typeof (element as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === 'function';
    if (isIterable) return [fn, [...(element as Iterable<unknown>)]];
    return [thrower(new TypeError(`starmap takes iterables of arguments, got ${show(element)}`)), []];
  }

  #stop(reason: unknown): void {
    this.isExhausted = true;
    const items = this.#core.threadsOf(this.#results.crew);
    this.#results.clear();
    for (const item of items) stop(item, reason);
    this.#updateOpen();
  }

  /** The pool knows a map while there is something that a kill or a resize would have to reach. */
  #updateOpen(): void {
    const isPulling = this.#isPulling && !this.isExhausted;
    const isOpen = isPulling || this.#results.hasWaiters || this.#results.hasUnsettled;
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    const { signal } = this.#bound;
    if (isOpen) {
      this.#core.openMaps.add(this);
      if (signal !== undefined && !signal.aborted) onAbort(signal, this);
    } else {
      this.#core.openMaps.delete(this);
      if (signal !== undefined) offAbort(signal, this);
    }
  }
}

function thrower(error: unknown): TaskFunction {
  return () => {
    throw error;
  };
}
