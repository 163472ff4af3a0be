import { Timeout } from '../errors.ts';
import { type Abortable, offAbort, onAbort } from './abort.ts';
import { checkedDuration, checkedSignal } from './checks.ts';
import { type Clock, currentClock } from './clock.ts';
import { type Blocked, currentScope, type Scope } from './context.ts';
import { type Deadline, deadlinesOf, type Expiring } from './deadlines.ts';
import { ignore, Resolvable } from './deferred.ts';

/** What every call that may wait accepts. */
export interface WaitOptions {
  /** Ends the wait with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Ends the wait with a `Timeout` after so many milliseconds; 0 is the next turn, `Infinity` (the default) never. */
  timeout?: number | undefined;
}

/**
 * One parked caller. It ends once, by whichever comes first: `grant` (hand-off: what it waited for is its own before it
 * wakes), `fail`, its signal, its timeout, or the kill of the green thread it is part of. Timer, listener and the
 * entry in the scope are gone before anybody learns of the end.
 */
export class Waiter<T> extends Resolvable<T> implements Abortable, Expiring, Blocked {
  /** Whether the wait is over. */
  isSettled = false;
  /** What its owner keeps beside it. */
  load: unknown = undefined;

  /** The links of a `WaitQueue`. @internal */ next: Waiter<T> | undefined = undefined;
  /** @internal */ previous: Waiter<T> | undefined = undefined;
  /** @internal */ nextBlocked: Blocked | undefined = undefined;
  /** @internal */ previousBlocked: Blocked | undefined = undefined;

  readonly #what: string;
  readonly #onGiveUp: ((waiter: Waiter<T>) => void) | undefined;
  #scope: Scope | undefined = undefined;
  #signal: AbortSignal | undefined = undefined;
  #clock: Clock | undefined = undefined;
  #deadline: Deadline | undefined = undefined;
  #timeout = 0;

  /**
   * `what` names the wait in a timeout's message. `onGiveUp` is called when the wait ends without having been granted or
   * failed by its owner; it must take the waiter out of where it stands.
   */
  constructor(what: string, onGiveUp?: (waiter: Waiter<T>) => void) {
    super();
    this.#what = what;
    this.#onGiveUp = onGiveUp;
  }

  /**
   * Starts to listen to the options and to the current green thread. Fails the wait at once where one of them has
   * ended already; the caller then finds `isSettled` and must not enqueue.
   */
  listen(options: WaitOptions | undefined, clock: Clock = currentClock()): this {
    try {
      const refusal = checkpoint(options);
      if (refusal !== undefined) {
        if (refusal.isKill) this.promise.then(undefined, ignore);
        this.fail(refusal.reason);
      } else this.#subscribe(options, clock);
    } catch (error) {
      this.fail(error);
    }
    return this;
  }

  /**
   * Hands `value` over. False when the wait was over: the value is still the caller's. A promise, which must not reject,
   * ends the wait as well; the waiter then only wakes a few microtasks later.
   */
  grant(value: T | PromiseLike<T>): boolean {
    if (this.isSettled) return false;
    this.#unsubscribe();
    this.resolve(value);
    return true;
  }

  /** Ends the wait with `reason`. False when it was over. */
  fail(reason: unknown): boolean {
    if (this.isSettled) return false;
    this.#unsubscribe();
    this.reject(reason);
    return true;
  }

  /** @internal */
  abort(reason: unknown): void {
    this.#giveUp(reason);
  }

  /** @internal */
  expire(): void {
    this.#giveUp(new Timeout(this.#timeout, this.#what));
  }

  /** @internal */
  interrupt(reason: unknown): void {
    // A killed task may be parked in several places and look at one of them only. The kill is known to its handle.
    if (!this.isSettled) this.promise.catch(ignore);
    this.#giveUp(reason);
  }

  #giveUp(reason: unknown): void {
    // The promise is settled before its owner hears of it: an owner that fails its waiters must not change the reason.
    if (this.fail(reason)) this.#onGiveUp?.(this);
  }

  #subscribe(options: WaitOptions | undefined, clock: Clock): void {
    this.#scope = currentScope();
    this.#scope?.enter(this);
    if (options === undefined) return;
    const { signal, timeout = Number.POSITIVE_INFINITY } = options;
    if (signal !== undefined) {
      onAbort(signal, this);
      this.#signal = signal;
    }
    if (timeout !== Number.POSITIVE_INFINITY) {
      this.#timeout = timeout;
      this.#clock = clock;
      this.#deadline = deadlinesOf(clock).add(this, timeout);
    }
  }

  /** The wait is over, and nobody has been told yet. */
  protected onSettled(): void {}

  #unsubscribe(): void {
    this.isSettled = true;
    this.onSettled();
    this.#scope?.leave(this);
    if (this.#signal !== undefined) offAbort(this.#signal, this);
    if (this.#deadline !== undefined && this.#clock !== undefined) {
      deadlinesOf(this.#clock).remove(this.#deadline);
    }
  }
}

/** Why a call that may wait throws at its entry. */
export interface Refusal {
  readonly reason: unknown;
  /** It is the kill of the green thread that makes the call. */
  readonly isKill: boolean;
}

/**
 * What stands at the entry of every call that may wait, whether or not it has to: a kill of the current green thread that
 * nothing has thrown yet, then a signal that has aborted already.
 *
 * @throws {TypeError | RangeError} when an option is of the wrong kind.
 */
export function checkpoint(options: WaitOptions | undefined): Refusal | undefined {
  if (options?.timeout !== undefined) checkedDuration('timeout', options.timeout);
  const signal = options?.signal;
  if (signal !== undefined) checkedSignal('signal', signal);
  const kill = currentScope()?.takeUndelivered();
  if (kill !== undefined) return { reason: kill[0], isKill: true };
  return signal?.aborted ? { reason: signal.reason, isKill: false } : undefined;
}

/** The promise of a call that was refused. A kill is known to its handle, and the killed code may never look at this promise. */
export function refused({ reason, isKill }: Refusal): Promise<never> {
  const rejected = Promise.reject(reason);
  if (isKill) rejected.catch(ignore);
  return rejected;
}

/** The promise of a call that may wait but need not: what `checkpoint` found, or `value`. */
export function passing<T>(options: WaitOptions | undefined, take: () => T): Promise<T> {
  try {
    const refusal = checkpoint(options);
    return refusal === undefined ? Promise.resolve(take()) : refused(refusal);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The promise of a call that cannot succeed: what `checkpoint` found, or `reason`. */
export function failing(options: WaitOptions | undefined, reason: unknown): Promise<never> {
  return passing<never>(options, () => {
    throw reason;
  });
}
