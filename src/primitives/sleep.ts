import { checkedDuration } from './checks.ts';
import { type Clock, currentClock } from './clock.ts';
import { deadlinesOf } from './deadlines.ts';
import { Waiter } from './waiter.ts';

/**
 * Waits for `ms` milliseconds. 0, the default, is one turn of the event loop, in which timers and I/O that are due have
 * theirs. `Infinity` waits until the green thread is killed, and does not keep the program from ending.
 *
 * In a green thread that is killed it throws the reason at once. Costs no timer of its own: all sleepers share one.
 *
 * @throws {TypeError | RangeError} as a rejection, when `ms` is no number or negative.
 * @example
 * await sleep(10);
 * await sleep(); // let others have a turn
 */
export function sleep(ms = 0): Promise<void> {
  let stop: (() => void) | undefined;
  const waiter = new Waiter<void>('sleep()', () => stop?.());
  try {
    checkedDuration('ms', ms);
    waiter.listen(undefined);
    if (!waiter.isSettled) stop = wakeAfter(waiter, ms, currentClock());
  } catch (error) {
    waiter.fail(error);
  }
  return waiter.promise;
}

/** Grants `waiter` in `ms` milliseconds. Returns what takes that back. */
function wakeAfter(waiter: Waiter<void>, ms: number, clock: Clock): (() => void) | undefined {
  const wake = (): void => {
    waiter.grant();
  };
  if (ms === Number.POSITIVE_INFINITY) return undefined;
  if (ms === 0) {
    const turn = clock.nextTurn(wake);
    return () => turn.clear();
  }
  const deadlines = deadlinesOf(clock);
  const deadline = deadlines.add({ expire: wake }, ms);
  return () => deadlines.remove(deadline);
}
