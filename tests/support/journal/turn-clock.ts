import type { Clock, Timer } from '../../../src/primitives/clock.ts';
import { nextTurn } from './crash-disk.ts';

// Enough that several writes go by between two syncs.
const TURNS_OF_A_TIMER = 12;

/** A clock on which every timer takes the same few turns of the event loop. */
export const turnClock: Clock = {
  now: () => 0,
  nextTurn: (fn) => afterTurns(fn, 1),
  setTimer: (fn) => afterTurns(fn, TURNS_OF_A_TIMER),
};

function afterTurns(fn: () => void, turns: number): Timer {
  let isCleared = false;
  const count = async (): Promise<void> => {
    for (let left = turns; left > 0; left -= 1) await nextTurn();
    if (!isCleared) fn();
  };
  void count();
  return {
    clear: () => {
      isCleared = true;
    },
  };
}
