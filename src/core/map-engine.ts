import { GreenletExit, PoolClosedError } from '../errors.ts';
import type { Abortable } from '../primitives/abort.ts';
import { type Context, keepSharedContext, runInScope } from '../primitives/context.ts';
import { ignore } from '../primitives/deferred.ts';
import type { WaitOptions } from '../primitives/waiter.ts';
import { ContextPump } from './context-pump.ts';
import { fail } from './executor.ts';
import { GreenThread } from './green-thread.ts';
import type { Crew } from './lending.ts';
import { stop } from './lifecycle.ts';
import { argumentsOf, type MapPlan } from './map-plan.ts';
import { MapPresence } from './map-presence.ts';
import { ItemError, type Pulled, Zip } from './map-source.ts';
import type { Lineage } from './membership.ts';
import { type Bound, withoutLimits } from './options.ts';
import type { PoolCore } from './pool-core.ts';
import type { Kill, OpenMap } from './pool-roles.ts';
import { Results, type ResultsOwner, type Taking } from './results.ts';
import { SourceScope } from './source-scope.ts';

// Items in hand per slot: the slack keeps slots busy while the head of the line is slow.
const READ_AHEAD_PER_SLOT = 2;
// For a pool of size Infinity.
const READ_AHEAD_UNBOUNDED = 1000;

// Into how many portions the refilling of a window is cut, where it has as many items.
const REFILLS = 16;

/**
 * The machine behind `imap` and `starmap`: pulls items from the source as far as the window allows, runs each in the pool, and
 * hands out the results. One pump pulls, in the context of the call that made the map, whoever asks for items.
 */
export class MapEngine implements ResultsOwner, OpenMap, Abortable {
  readonly #core: PoolCore;
  readonly #bound: Bound;
  /** The signal ends the map as a whole, so that it rejects once and not once per item. */
  readonly #itemBound: Bound;
  readonly #plan: MapPlan;
  readonly #results: Results;
  readonly #source: Zip;
  readonly #pump: ContextPump;
  /** Where the items start, unless the pool has a home for them. */
  readonly #context: Context;
  /** The way up for the items that are spawned now. */
  #parent: Lineage | undefined = undefined;
  readonly #presence: MapPresence;
  #isPulling = false;
  #isWorking = false;
  #lastError: [reason: unknown] | undefined = undefined;
  #isAwake = false;
  /** The last kill of the pool when items were last asked for. */
  #seenKill: Kill | undefined = undefined;
  /** The source has ended, failed or been closed. */
  isExhausted = false;

  constructor(bound: Bound, plan: MapPlan) {
    const { core } = bound;
    this.#core = core;
    this.#bound = bound;
    this.#itemBound = bound.signal === undefined ? bound : { ...bound, signal: undefined };
    this.#plan = plan;
    this.#source = new Zip(plan.sources);
    this.#results = new Results(core, this, plan.isOrdered);
    this.#presence = new MapPresence(core, this, bound.signal);
    const scope = new SourceScope(this.#results);
    const context = runInScope(scope, keepSharedContext, []);
    this.#pump = new ContextPump(context, () => this.#work());
    this.#context = context;
  }

  get upstream(): readonly Crew[] {
    return this.#source.crews;
  }

  get crews(): readonly Crew[] {
    return this.#results.crews;
  }

  next(taking: Taking, options: WaitOptions | undefined): Promise<IteratorResult<unknown, undefined>> {
    this.#catchUp();
    const item = this.#results.next(taking, options);
    // One that was there has been reported as taken.
    if (this.#results.hasWaiters) {
      if (this.#isDue) this.pump();
      this.#updateOpen();
    }
    return item;
  }

  all(taking: Taking): Promise<unknown[]> {
    this.#catchUp();
    const items = this.#results.all(taking);
    if (this.#isDue) this.pump();
    this.#updateOpen();
    return items;
  }

  /** `return()`: nothing more is wanted. */
  async close(): Promise<void> {
    const wasExhausted = this.isExhausted;
    this.#lastError = undefined;
    this.#stopItems(new GreenletExit('the map that this item belongs to was closed'));
    if (!wasExhausted) await this.#source.close();
  }

  /** The pool was killed, and its tasks with it: one `next()` rejects, then the end. */
  end(reason: unknown): void {
    if (this.isExhausted && this.#results.outstanding === 0) return;
    this.isExhausted = true;
    this.#lastError = [reason];
    this.#results.clear();
    this.#updateOpen();
    this.#source.close().catch(ignore);
  }

  /** The pool was closed: what was taken goes on, then one `next()` rejects, then the end. */
  refuse(): void {
    if (this.isExhausted) return;
    this.#fail(new PoolClosedError(this.#core.name));
    this.#source.close().catch(ignore);
    this.pump();
  }

  /** The signal of the map has aborted: as `end`, and its items are killed. */
  abort(reason: unknown): void {
    if (this.isExhausted && this.#results.outstanding === 0) return;
    this.#lastError = [reason];
    this.#stopItems(reason);
    this.#source.close().catch(ignore);
  }

  pump(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#pump.wake();
    this.#updateOpen();
  }

  taken(): void {
    if (!this.#isWorking && this.#isDue) this.pump();
  }

  failed(): void {
    // The rejection that is on its way tells more than what the source may throw while it closes.
    this.close().catch(ignore);
  }

  changed(): void {
    if (!this.#isWorking) this.#updateOpen();
  }

  takeLastError(): [reason: unknown] | undefined {
    const error = this.#lastError;
    this.#lastError = undefined;
    return error;
  }

  get #window(): number {
    const { size } = this.#core;
    const standard = size === Number.POSITIVE_INFINITY ? READ_AHEAD_UNBOUNDED : size * READ_AHEAD_PER_SLOT;
    return Math.max(1, this.#bound.readAhead ?? standard);
  }

  get #mayPull(): boolean {
    return !this.isExhausted && !this.#isPulling && this.#results.outstanding < this.#window;
  }

  /** A large window is refilled in portions: a run of the pump for each item would cost as much as the item. */
  get #isDue(): boolean {
    if (this.isExhausted || this.#isPulling) return false;
    const window = this.#window;
    const portion = window === Number.POSITIVE_INFINITY ? 1 : Math.max(1, Math.floor(window / REFILLS));
    return this.#results.outstanding <= window - portion;
  }

  /** Pulls what the window allows. Whatever an item makes of its context, this run has its own. */
  #work(): void {
    this.#isAwake = false;
    this.#isWorking = true;
    this.#parent = this.#core.lineage;
    while (this.#mayPull) this.#pull();
    this.#parent = undefined;
    this.#isWorking = false;
    this.#results.flush();
    this.#updateOpen();
    this.#core.idle.settle();
  }

  /** While nothing runs and nobody waits, the pool does not know this map; it finds out here what it has missed. */
  #catchUp(): void {
    const { signal } = this.#bound;
    const { lastKill } = this.#core;
    this.#seenKill ??= lastKill;
    if (this.#seenKill !== lastKill) this.end(lastKill.reason);
    this.#seenKill = lastKill;
    if (signal?.aborted) this.abort(signal.reason);
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
        this.#parent = this.#core.lineage;
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
    const args = argumentsOf(item, this.#plan.isSpread);
    const thread =
      args instanceof ItemError
        ? new GreenThread<unknown>(withoutLimits(this.#itemBound), fail, [args.error], this.#parent)
        : new GreenThread<unknown>(this.#itemBound, this.#plan.fn, args, this.#parent);
    thread.origin = this.#results;
    thread.context ??= this.#context;
    this.#results.expect(thread);
    this.#core.admitOutsider(thread);
  }

  #stopItems(reason: unknown): void {
    this.isExhausted = true;
    const items = this.#results.crew.threads();
    this.#results.clear();
    for (const item of items) stop(item, reason);
    this.#updateOpen();
  }

  #updateOpen(): void {
    const hasWaiters = this.#results.hasWaiters;
    const isUnderWay = hasWaiters || this.#results.hasUnsettled || (this.#isPulling && !this.isExhausted);
    this.#presence.update(isUnderWay, this.#isAwake || hasWaiters, this.isExhausted);
  }
}
