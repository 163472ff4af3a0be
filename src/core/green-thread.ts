import { GreenletExit, Timeout } from '../errors.ts';
import { type Abortable, onAbort } from '../primitives/abort.ts';
import { checkedFunction } from '../primitives/checks.ts';
import { type Context, currentScope, Scope } from '../primitives/context.ts';
import { deadlinesOf, type Expiring } from '../primitives/deadlines.ts';
import { ignore, rejectedQuietly } from '../primitives/deferred.ts';
import { WaitQueue } from '../primitives/wait-queue.ts';
import { failing, passing, Waiter, type WaitOptions } from '../primitives/waiter.ts';
import type { TaskFunction } from './executor.ts';
import { markSeen, type Unseen } from './failures.ts';
import type { Gate } from './gate.ts';
import { stop } from './lifecycle.ts';
import { equip } from './limits/ticket.ts';
import { isLink, makeLink } from './links.ts';
import { currentThread, isWithin, type Lineage, waitsForItself } from './membership.ts';
import type { Bound } from './options.ts';
import type { PoolCore } from './pool-core.ts';
import type { Origin } from './pool-roles.ts';
import { Slot } from './slots.ts';
import { ThreadExtras } from './thread-extras.ts';
import {
  DONE,
  PENDING,
  STOPPED,
  type Status,
  stateNames,
  type ThreadState,
  WITHDRAWN,
} from './thread-state.ts';

let lastId = 0;

/**
 * The handle of one task: wait for it, kill it, link to its end. Not thenable, so that `await pool.spawn(fn)` gives the
 * handle itself. Made by `spawn` and its relatives only.
 *
 * @example
 * const pool = new GreenPool(2);
 * const thread = await pool.spawn((name: string) => `hello ${name}`, 'world');
 * console.log(await thread.wait()); // hello world
 */
export class GreenThread<R = unknown> extends Scope implements Abortable, Expiring {
  /** Unique in this process; grows in order of creation. */
  readonly id: number;

  // What follows is for the modules of this folder: lifecycle.ts moves a thread from its start to its end.
  /** @internal */
  readonly bound: Bound;
  /** The way up to who spawned this one. @internal */
  parent: Lineage | undefined;
  /** Dropped at the start. @internal */
  fn: TaskFunction | undefined;
  /** Who else learns of the end. @internal */
  origin: Origin | undefined = undefined;
  /** @internal */
  status: Status = PENDING;
  /** The arguments, until the start; then the result, the error, or the reason of the kill. @internal */
  outcome: unknown;
  /** The line this thread stands in, or its slot. @internal */
  place: unknown = undefined;
  /** Where it starts, when that is not where it is started from. @internal */
  context: Context | undefined;
  /** What opens when the thread is admitted. @internal */
  gate: Gate | undefined = undefined;
  /** Who cares about a failure: nobody has the handle, nobody has looked at it yet, or somebody has. @internal */
  attention: 'none' | 'seen' | Unseen | undefined = undefined;
  /** @internal */
  extras: ThreadExtras | undefined = undefined;

  /** @internal */
  constructor(bound: Bound, fn: TaskFunction, args: readonly unknown[], parent: Lineage | undefined) {
    super();
    lastId += 1;
    this.id = lastId;
    this.bound = bound;
    this.parent = parent;
    this.fn = fn;
    this.outcome = args;
    this.context = bound.core.home;
    if (bound.isLimited) equip(this);
  }

  /** @internal */ get core(): PoolCore {
    return this.bound.core;
  }

  /** @internal */ get slot(): Slot | undefined {
    return this.place instanceof Slot ? this.place : undefined;
  }

  /** What `with({ name })` called the task. */
  get name(): string | undefined {
    return this.bound.name;
  }

  /** `pending`, from its first line on `running`, then how it ended: `killed` at once, though its function may go on. */
  get state(): ThreadState {
    return stateNames[this.status];
  }

  /** How often it was started: more than once only with `retry`. 0 before the start. */
  get attempt(): number {
    return this.extras?.attempts?.count ?? (this.status === PENDING || this.isWithdrawn ? 0 : 1);
  }

  /** Aborts with the reason when this thread is killed while it runs. Made when first asked for. */
  get signal(): AbortSignal {
    const extras = this.extra();
    if (extras.controller !== undefined) return extras.controller.signal;
    extras.controller = new AbortController();
    // As it would have, had it been there.
    if (this.told !== undefined) extras.controller.abort(this.told[0]);
    return extras.controller.signal;
  }

  /** Why what runs was told to end, if it was: an array of one. @internal */
  get told(): readonly [reason: unknown] | undefined {
    return this.state === 'killed' ? [this.outcome] : this.extras?.attempts?.expiry;
  }

  /**
   * The result of the task, now or once there is one. Any number of callers may wait, before and after the end.
   *
   * A killed thread rejects at once, even while its function has yet to end. A failure that reaches nobody is never an
   * unhandled rejection. A timeout or an abort ends this wait and nothing else.
   *
   * @throws what the task threw; the reason of a kill; `Timeout` and the signal's reason from `options`;
   * `PoolDeadlockError` (`ERR_POOL_DEADLOCK`) when a task waits for itself or for one it runs in.
   * @example
   * const thread = spawn(() => 42);
   * console.log(await thread.wait({ timeout: 1000 })); // 42
   */
  wait(options?: WaitOptions): Promise<R> {
    if (this.isOver) return this.#result(options);
    if (isWithin(currentThread(), this)) return Promise.reject(waitsForItself(this));
    const extras = this.extra();
    extras.waiters ??= new WaitQueue('wait()');
    return extras.waiters.park(options, this.core.clock) as Promise<R>; // granted from the outcome alone
  }

  /**
   * Stops the task. Before its start the function never runs. While it runs, `signal` aborts, every greenpool call that it
   * is blocked in throws `reason` (or the next one it makes), and waiters learn at once. The slot comes back only when the
   * function has really ended, so the bound of the pool always holds. Killing twice, or after the end, does nothing.
   *
   * @returns a promise that resolves when the function has ended; called by the task itself, it rejects with the reason.
   * @example
   * const thread = spawn(async () => {
   *   await sleep(60_000);
   * });
   * await thread.kill(new Error('no longer needed'));
   * console.log(thread.state); // killed
   */
  kill(reason: unknown = new GreenletExit()): Promise<void> {
    stop(this, reason);
    if (this.status !== STOPPED || currentThread() !== this) return this.whenEnded();
    // The kill of oneself: this call is what throws it.
    this.undelivered = undefined;
    return rejectedQuietly(this.outcome);
  }

  /**
   * Stops the task if it has not started.
   *
   * @returns whether it did: then the function never runs.
   */
  cancel(reason: unknown = new GreenletExit()): boolean {
    if (this.status !== PENDING || this.hasRun) return false;
    if (this.core.executor.recall?.(this) === false) return false;
    stop(this, reason);
    return true;
  }

  /**
   * Calls `fn(thread, ...args)` when the task has ended and its slot is free, before anybody who waits resumes; at once if it has
   * ended already. Links run in the order they were made, in the context of this call. One that throws does not
   * stop the others; its error goes to `onError`.
   *
   * @throws {TypeError} when `fn` is not a function.
   * @example
   * const thread = spawn(() => 'result');
   * thread.link((ended, label) => console.log(label, ended.state), 'ended as');
   */
  link<A extends unknown[]>(fn: (thread: GreenThread<R>, ...args: A) => unknown, ...args: A): void {
    checkedFunction('link', fn);
    const link = makeLink(fn as TaskFunction, args);
    if (this.hasEnded) {
      link.call(this);
      return;
    }
    const extras = this.extra();
    if (extras.links === undefined) extras.links = [link];
    else extras.links.push(link);
  }

  /** Takes back the first link made with the same `fn` and arguments; without arguments given, with `fn` alone. */
  unlink<A extends unknown[]>(
    fn: (thread: GreenThread<R>, ...args: A) => unknown,
    ...args: NoInfer<A> | []
  ): void {
    const index = this.extras?.links?.findIndex((link) => isLink(link, fn, args)) ?? -1;
    if (index >= 0) this.extras?.links?.splice(index, 1);
  }

  /** The function has really ended, or will never run. @internal */
  get hasEnded(): boolean {
    return this.status >= DONE;
  }

  /** It has been tried before. @internal */
  get hasRun(): boolean {
    return (this.extras?.attempts?.count ?? 0) > 0;
  }

  /** @internal */ override get isKilled(): boolean {
    return this.state === 'killed';
  }

  /** The outcome is known. @internal */
  get isOver(): boolean {
    return this.status >= STOPPED;
  }

  /** Nobody ever had the handle, and the function never runs. @internal */
  get isWithdrawn(): boolean {
    return this.status === WITHDRAWN;
  }

  /** @internal */ get priority(): number {
    return this.bound.priority;
  }

  /** @internal */ extra(): ThreadExtras {
    this.extras ??= new ThreadExtras();
    return this.extras;
  }

  /** Somebody looks at the outcome, now or later. @internal */
  look(): void {
    if (typeof this.attention === 'object') markSeen(this.attention);
    this.attention = 'seen';
  }

  /** Its spawner was killed: a thread that still waits is withdrawn, one that has its slot keeps it. @internal */
  leaveIfQueued(): void {
    if (this.slot === undefined) this.cancel();
  }

  /** Subscribes to what may end this thread from outside. @internal */
  watchSignal(): void {
    const { signal } = this.bound;
    if (signal !== undefined) onAbort(signal, this);
  }

  /** Calls `begin` after `ms` milliseconds, unless the thread is stopped before. @internal */
  delay(ms: number, begin: () => void): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    this.extra().deadline = deadlinesOf(this.core.clock).add({ expire: begin }, ms);
  }

  /** Resolves when the function has ended; a kill of the caller ends this wait. @internal */
  whenEnded(): Promise<void> {
    if (this.hasEnded) return Promise.resolve();
    const extras = this.extra();
    extras.enders ??= new WaitQueue('kill()');
    return extras.enders.park(undefined);
  }

  /** As `whenEnded`, deaf to kills: it may be left behind without swallowing one. @internal */
  afterEnd(): Promise<void> {
    const end = new Waiter<void>('end');
    const extras = this.extra();
    extras.enders ??= new WaitQueue('kill()');
    if (this.hasEnded) end.grant();
    else extras.enders.add(end);
    return end.promise;
  }

  /** @internal */ abort(reason: unknown): void {
    stop(this, reason);
  }

  /** @internal */ expire(): void {
    const what = this.name === undefined ? 'the task' : `the task "${this.name}"`;
    const timeout = new Timeout(this.bound.timeout, what);
    if (!this.extras?.attempts?.expire(this, timeout)) stop(this, timeout);
  }

  #result(options: WaitOptions | undefined): Promise<R> {
    this.look();
    if (this.status === DONE) {
      const outcome = this.outcome as R; // DONE carries the result
      const isPlain = options === undefined && currentScope()?.undelivered === undefined;
      return isPlain ? Promise.resolve(outcome) : passing(options, () => outcome);
    }
    const failure = failing(options, this.outcome);
    failure.then(undefined, ignore);
    return failure;
  }
}
