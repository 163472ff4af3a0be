import { checkedCount } from '../primitives/checks.ts';
import { systemClock } from '../primitives/clock.ts';

const DEFAULT_TURNS = 8;

/**
 * Waits until all that can go on without time passing has gone on: `turns` real turns of the event loop, each with
 * its microtasks. Every `sleep(0)` in a chain takes one turn, so a longer chain needs more.
 *
 * @throws {TypeError | RangeError} as a rejection, when `turns` is not an integer >= 0.
 * @example
 * let isDone = false;
 * spawnN(() => {
 *   isDone = true;
 * });
 * await settle();
 * console.log(isDone); // true
 */
export async function settle(turns: number = DEFAULT_TURNS): Promise<void> {
  checkedCount('turns', turns);
  for (let count = turns; count > 0; count -= 1) {
    await new Promise<void>((resolve) => systemClock.nextTurn(resolve));
  }
}
