import { Timeout } from '../errors.ts';
import { checkedDuration } from '../primitives/checks.ts';
import { type Clock, currentClock } from '../primitives/clock.ts';
import { wantContext } from '../primitives/context.ts';
import { deadlinesOf } from '../primitives/deadlines.ts';
import { ignore } from '../primitives/deferred.ts';
import { checkpoint, refused } from '../primitives/waiter.ts';
import { warn } from './failures.ts';
import { GreenThread } from './green-thread.ts';
import { stop } from './lifecycle.ts';
import { currentThread } from './membership.ts';
import { type Bound, poolDefaults, unbound } from './options.ts';
import { PoolCore } from './pool-core.ts';

// Loaded with the public module, and by nothing else.
wantContext();

// Green threads without a pool run in one that never fills: they start, yield to timers and inherit context as all others do.
const pools = new WeakMap<Clock, Bound>();

function unbounded(): Bound {
  const clock = currentClock();
  let bound = pools.get(clock);
  if (bound === undefined) {
    const { context, yieldEvery } = poolDefaults;
    const core = new PoolCore({
      size: Number.POSITIVE_INFINITY,
      name: undefined,
      onError: warn,
      context,
      yieldEvery,
      clock,
    });
    bound = unbound(core);
    pools.set(clock, bound);
  }
  return bound;
}

function create<A extends unknown[], R>(fn: (...args: A) => R, args: A): GreenThread<Awaited<R>> {
  const bound = unbounded();
  return new GreenThread<Awaited<R>>(bound, fn, args, bound.core.lineage);
}

/**
 * Starts `fn(...args)` in a green thread that belongs to no pool, without waiting; its first line runs after this call has
 * returned. A failure stays in the handle.
 *
 * @example
 * const thread = spawn((a: number, b: number) => a * b, 6, 7);
 * console.log(await thread.wait()); // 42
 */
export function spawn<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): GreenThread<Awaited<R>> {
  const thread = create(fn, args);
  thread.core.begin(thread);
  return thread;
}

/** As `spawn`, without a handle: a failure becomes a process warning. */
export function spawnN<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): void {
  const thread = create(fn, args);
  thread.attention = 'none';
  thread.core.begin(thread);
}

/**
 * As `spawn`, but starts after `ms` milliseconds; 0 is the next turn. Until then the thread is `pending`, and `cancel()` or
 * `kill()` takes it back.
 *
 * @throws {TypeError | RangeError} when `ms` is no duration.
 * @example
 * const thread = spawnAfter(60_000, () => console.log('never printed'));
 * console.log(thread.cancel()); // true
 */
export function spawnAfter<A extends unknown[], R>(
  ms: number,
  fn: (...args: A) => R,
  ...args: A
): GreenThread<Awaited<R>> {
  checkedDuration('ms', ms);
  const thread = create(fn, args);
  thread.core.beginAfter(thread, ms);
  return thread;
}

/** The green thread whose code is running here, anywhere below its function; `undefined` outside of any. */
export function getcurrent(): GreenThread<unknown> | undefined {
  return currentThread();
}

/**
 * The result of `fn(...args)`, or a `Timeout` when it has none after `ms` milliseconds. On expiry `fn` is killed: every greenpool call
 * that it is blocked in throws the `Timeout`. Code that ignores the kill goes on, but nobody waits for it.
 *
 * A `Timeout` of your own in the place of `ms` is thrown itself, so that nested ones can be told apart by identity.
 *
 * @throws {Timeout} `ERR_TIMEOUT`; and what `fn` throws.
 * @throws {TypeError | RangeError} when `ms` is no duration.
 * @example
 * const result = await withTimeout(1000, async (n: number) => n + 1, 41);
 * console.log(result); // 42
 */
export function withTimeout<A extends unknown[], R>(
  ms: number | Timeout,
  fn: (...args: A) => R,
  ...args: A
): Promise<Awaited<R>> {
  let thread: GreenThread<Awaited<R>> | undefined;
  try {
    const timeout = ms instanceof Timeout ? ms : new Timeout(checkedDuration('ms', ms));
    const refusal = checkpoint(undefined);
    if (refusal !== undefined) return refused(refusal);
    thread = spawn(fn, ...args);
    return limited(thread, timeout);
  } catch (error) {
    return Promise.reject(error);
  }
}

function limited<R>(thread: GreenThread<R>, timeout: Timeout): Promise<R> {
  const { clock } = thread.core;
  const deadlines = deadlinesOf(clock);
  const expiring = { expire: () => stop(thread, timeout) };
  const deadline = timeout.ms === Number.POSITIVE_INFINITY ? undefined : deadlines.add(expiring, timeout.ms);
  const result = thread
    .wait()
    .finally(() => deadline !== undefined && deadlines.remove(deadline))
    .catch(async (error) => {
      // The caller was killed, or the time is over: what was called ends with it. It has one turn to clean up before the caller
      // goes on; code that ignores its kill is not waited for any longer.
      const isOwn = thread.isOver;
      thread.look();
      stop(thread, error);
      // A kill of the caller is known to its handle.
      if (!isOwn) result.catch(ignore);
      await Promise.race([thread.afterEnd(), new Promise<void>((resolve) => clock.nextTurn(resolve))]);
      throw error;
    });
  return result;
}
