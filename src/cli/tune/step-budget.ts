/** How far a step is. */
export interface StepSoFar {
  readonly size: number;
  /** Items handed out. */
  readonly given: number;
  /** Milliseconds since it began. */
  readonly elapsed: number;
}

// Calls that a slot sees, so that one slow call does not decide; with few slots, so many in all.
const CALLS_PER_SLOT = 8;
const LEAST_CALLS = 48;
// Calls that are over in no time are counted for a while, but not to the end of the input.
const LEAST_TIME = 300;
const MOST_TIMES = 10;
/** With fewer calls a slot than these, there is nothing between its first call and its last to measure. */
const LEAST_CALLS_PER_SLOT = 3;

/** Whether a step has handed out what it needs, or what it may within `stepTime`. */
export function isEnough({ size, given, elapsed }: StepSoFar, stepTime: number): boolean {
  const wanted = Math.max(LEAST_CALLS, CALLS_PER_SLOT * size);
  if (given >= wanted) return elapsed >= Math.min(LEAST_TIME, stepTime) || given >= MOST_TIMES * wanted;
  return elapsed >= stepTime && given >= LEAST_CALLS_PER_SLOT * size;
}
