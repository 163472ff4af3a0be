import type { ManualClock } from 'greenpool/testing';

/** How the event loop fared while something went on. */
export interface Turns {
  /** Real turns it got. */
  readonly count: number;
  /** The longest time of `clock` between two of them. */
  readonly longest: number;
}

/** Counts real turns of the event loop until `work` settles. Time is that of `clock`, moved by `burn`. */
export async function countTurns(work: Promise<unknown>, clock: ManualClock): Promise<Turns> {
  let count = 0;
  let longest = 0;
  let last = clock.now();
  let isOver = false;
  const look = (): void => {
    longest = Math.max(longest, clock.now() - last);
    last = clock.now();
  };
  const turn = (): void => {
    count += 1;
    look();
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  isOver = true;
  look();
  return { count, longest };
}
