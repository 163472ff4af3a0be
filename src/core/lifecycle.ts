import { Timeout } from '../errors.ts';
import { offAbort } from '../primitives/abort.ts';
import { isThenable } from '../primitives/checks.ts';
import { deadlinesOf } from '../primitives/deadlines.ts';
import { ignore } from '../primitives/deferred.ts';
import { infoOf, reportIfUnseen, reportOf } from './failures.ts';
import { spawned } from './gate.ts';
import type { GreenThread } from './green-thread.ts';
import { endLineage } from './membership.ts';
import type { ThreadExtras } from './thread-extras.ts';
import { DONE, FAILED, KILLED, PENDING, RUNNING, STOPPED, WITHDRAWN } from './thread-state.ts';

type Thread = GreenThread<unknown>;

/** Runs the first line of `thread`, which has a slot. Does nothing when it was killed on the way. */
export function start(thread: Thread): void {
  if (thread.status !== PENDING) return;
  const { fn, core, bound } = thread;
  const args = thread.outcome as readonly unknown[]; // so far
  thread.status = RUNNING;
  thread.fn = undefined;
  thread.outcome = undefined;
  thread.context = undefined;
  thread.gate = undefined;
  if (bound.retry !== undefined) thread.extras?.attempts?.begin();
  if (bound.timeout !== Number.POSITIVE_INFINITY) {
    thread.extra().deadline = deadlinesOf(core.clock).add(thread, bound.timeout);
  }
  let result: unknown;
  try {
    result = core.executor.execute(thread, fn, args);
    if (isThenable(result)) {
      // One derived promise and no closure: the slot's two callbacks serve all its tasks.
      void Promise.resolve(result).then(thread.slot?.fulfilled, thread.slot?.rejected);
      return;
    }
  } catch (error) {
    finish(thread, false, error);
    return;
  }
  finish(thread, true, result);
}

/**
 * The function of `thread` has ended, with a result or an error. The slot goes back first, then all others learn; unless there is
 * another attempt.
 */
export function finish(thread: Thread, isResult: boolean, outcome: unknown): void {
  if (thread.bound.retry !== undefined && thread.status === RUNNING) {
    if (thread.extras?.attempts?.goOn(thread, isResult, outcome)) return;
  }
  if (thread.status === STOPPED) {
    thread.status = KILLED;
    const isNews = !isResult && outcome !== thread.outcome;
    end(thread, false);
    if (isNews) reportOf(thread, outcome);
  } else {
    thread.status = isResult ? DONE : FAILED;
    thread.outcome = outcome;
    end(thread, true);
  }
}

/** Kills `thread` without waiting for its end. */
export function stop(thread: Thread, reason: unknown): void {
  if (thread.status === PENDING) withdraw(thread, reason);
  else if (thread.status === RUNNING) {
    thread.status = STOPPED;
    thread.outcome = reason;
    unsubscribe(thread);
    tell(thread);
    thread.deliver(reason);
    thread.core.executor.stop?.(thread, reason);
    thread.extras?.controller?.abort(reason);
  }
}

/** It waits: whether in a line, for another attempt or for its first line, the function does not run from now on. */
function withdraw(thread: Thread, reason: unknown): void {
  const { gate, core } = thread;
  const hasSlot = thread.slot !== undefined;
  if (core.executor.recall?.(thread) === false) core.executor.stop?.(thread, reason);
  thread.status = hasSlot || thread.hasRun ? KILLED : WITHDRAWN;
  thread.outcome = reason;
  thread.fn = undefined;
  thread.context = undefined;
  if (!hasSlot) core.leaveLine(thread);
  if (thread.status === WITHDRAWN) {
    gate?.fail(reason);
    thread.extras?.spawner?.fail(reason);
  }
  end(thread, true);
  thread.extras?.controller?.abort(reason);
}

/** What every end has in common: first the slot, then the links, then who waits for the outcome, then the next in line. */
function end(thread: Thread, isNews: boolean): void {
  const { extras, core } = thread;
  const hadSlot = thread.slot !== undefined;
  thread.undelivered = undefined;
  unsubscribe(thread);
  if (hadSlot) core.release(thread);
  if (extras?.links !== undefined) callLinks(thread, extras);
  if (isNews) tell(thread);
  if (hadSlot) core.dispatch(thread);
  endLineage(thread);
  if (extras === undefined) return;
  extras.spawner?.grant(spawned(thread));
  extras.enders?.grantAll();
  extras.attempts?.end();
  extras.spawner = undefined;
  extras.loan = undefined;
  extras.loanedFrom = undefined;
}

function callLinks(thread: Thread, extras: ThreadExtras): void {
  const { links = [] } = extras;
  extras.links = undefined;
  for (const link of links) link.call(thread);
}

/** Waiters and the origin learn the outcome. A failure that nobody has looked at yet is kept for `onError`. */
function tell(thread: Thread): void {
  const { extras } = thread;
  if (extras?.waiters !== undefined) tellWaiters(thread, extras);
  const { origin } = thread;
  thread.origin = undefined;
  origin?.settled(thread);
  if (thread.status === DONE || thread.attention === 'seen') return;
  // A kill is somebody's decision and no failure, but a timeout is nobody's.
  if (thread.status === FAILED || thread.outcome instanceof Timeout) keepFailure(thread);
}

function tellWaiters(thread: Thread, extras: ThreadExtras): void {
  const { waiters } = extras;
  extras.waiters = undefined;
  // A wait that has given up has not looked.
  if (waiters !== undefined && waiters.length > 0) thread.look();
  for (let waiter = waiters?.shift(); waiter !== undefined; waiter = waiters?.shift()) {
    if (thread.status === DONE) waiter.grant(thread.outcome);
    else {
      // The handle keeps the failure: a wait that was dropped must not end the process.
      waiter.promise.then(undefined, ignore);
      waiter.fail(thread.outcome);
    }
  }
}

function keepFailure(thread: Thread): void {
  const { core, outcome } = thread;
  if (thread.attention === 'none') {
    reportOf(thread, outcome);
    return;
  }
  const failure = { error: outcome, info: infoOf(thread), onError: core.onError };
  thread.attention = failure;
  reportIfUnseen(thread, failure);
}

function unsubscribe(thread: Thread): void {
  const { bound, extras, core } = thread;
  if (bound.signal !== undefined) offAbort(bound.signal, thread);
  if (extras?.deadline === undefined) return;
  deadlinesOf(core.clock).remove(extras.deadline);
  extras.deadline = undefined;
}
