import { ignore, Resolvable } from '../primitives/deferred.ts';
import { Waiter } from '../primitives/waiter.ts';
import type { TaskFunction } from './executor.ts';
import { GreenThread } from './green-thread.ts';
import { currentThread } from './membership.ts';
import type { Bound } from './options.ts';
import type { PoolCore } from './pool-core.ts';
import type { Origin } from './pool-roles.ts';
import { DONE } from './thread-state.ts';

type Thread = GreenThread<unknown>;

/** The promise of one `run()`, on its way from the thread to the caller. */
class Run<R> extends Resolvable<R> implements Origin {
  settled(thread: Thread): void {
    if (thread.status === DONE) {
      this.resolve(thread.outcome as R); // DONE carries the result
      return;
    }
    // Withdrawn from the line: the caller need not handle it.
    if (thread.isWithdrawn) this.promise.then(undefined, ignore);
    this.reject(thread.outcome);
  }
}

/** A `run()` made inside a green thread: a kill of that one ends the wait, and withdraws what has not started. */
class NestedRun<R> implements Origin {
  readonly #waiter: Waiter<R>;

  constructor(thread: GreenThread<unknown>) {
    this.#waiter = new Waiter<R>('run()', () => thread.leaveIfQueued()).listen(undefined);
  }

  get promise(): Promise<R> {
    return this.#waiter.promise;
  }

  settled(thread: GreenThread<unknown>): void {
    // The caller was killed meanwhile, and nobody has the handle.
    if (this.#waiter.isSettled) thread.attention = 'none';
    else thread.look();
    if (thread.isWithdrawn) this.promise.then(undefined, ignore);
    if (thread.status === DONE)
      this.#waiter.grant(thread.outcome as R); // DONE carries the result
    else this.#waiter.fail(thread.outcome);
  }
}

/** Admits a call of `fn`, and gives the promise of its result. */
export function run<R>(core: PoolCore, bound: Bound, fn: TaskFunction, args: unknown[]): Promise<R> {
  if (currentThread() !== undefined)
    return runNested(core, new GreenThread<R>(bound, fn, args, core.lineage));
  const thread = new GreenThread<R>(bound, fn, args, undefined);
  const run = new Run<R>();
  thread.origin = run;
  // The promise tells of every failure.
  thread.attention = 'seen';
  core.admitOutsider(thread);
  return run.promise;
}

function runNested<R>(core: PoolCore, thread: GreenThread<R>): Promise<R> {
  const run = new NestedRun<R>(thread);
  thread.origin = run;
  core.admit(thread);
  return run.promise;
}
