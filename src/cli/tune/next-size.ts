import { kneeOf, LEAST_GROWTH } from './knee.ts';
import { failedShare, isLoopFull, type Measurement } from './measurement.ts';

/** Why no larger size was measured: throughput grew no more, failures rose, or it was the largest allowed. */
export type ClimbEnd = 'levelled' | 'failures' | 'max';

/** What to measure next, if anything; and, once the climb is over, why it is. */
export interface Plan {
  readonly size: number | undefined;
  readonly climbEnd: ClimbEnd | undefined;
}

// A few calls fail by chance, and a share of a small sample says little.
const LEAST_FAILURES = 3;
const MORE_FAILURES = 0.05;

/**
 * Chooses the next size from what was measured so far, in that order: 1, 2, 4 and so on up to the end of the climb;
 * then the knee once more, and what lies between it and its neighbours.
 */
export function nextSize(measured: readonly Measurement[], max: number): Plan {
  for (let length = 1; length <= measured.length; length += 1) {
    const climb = measured.slice(0, length);
    const climbEnd = endOfClimb(climb, max);
    if (climbEnd !== undefined) {
      return { size: sizesAroundKnee(climb, climbEnd, max)[measured.length - length], climbEnd };
    }
  }
  const last = measured.at(-1);
  return { size: last === undefined ? 1 : Math.min(last.size * 2, max), climbEnd: undefined };
}

function endOfClimb(climb: readonly Measurement[], max: number): ClimbEnd | undefined {
  const last = climb.at(-1);
  if (last === undefined) return undefined;
  if (haveFailuresRisen(last, climb.slice(0, -1))) return 'failures';
  if (hasLevelled(climb)) return 'levelled';
  return last.size >= max ? 'max' : undefined;
}

/** Whether clearly more calls fail than at the sizes before. A bad input fails as often at every size. */
export function haveFailuresRisen(step: Measurement, before: readonly Measurement[]): boolean {
  if (step.failed === step.calls) return true;
  if (before.length === 0 || step.failed < LEAST_FAILURES) return false;
  return failedShare([step]) > failedShare(before) + MORE_FAILURES;
}

// Over two steps, and against the best before them: one noisy measurement ends no climb. Where the event loop has no
// moment left, growth is noise.
function hasLevelled(climb: readonly Measurement[]): boolean {
  if (climb.length >= 2 && climb.slice(-2).every(isLoopFull)) return true;
  if (climb.length < 3) return false;
  return bestOf(climb.slice(-2)) < LEAST_GROWTH * bestOf(climb.slice(0, -2));
}

function bestOf(steps: readonly Measurement[]): number {
  return Math.max(...steps.map(({ perSecond }) => perSecond));
}

function sizesAroundKnee(climb: readonly Measurement[], climbEnd: ClimbEnd, max: number): number[] {
  const good = climbEnd === 'failures' ? climb.slice(0, -1) : climb;
  const knee = kneeOf(good)?.size;
  if (knee === undefined) return [];
  const known = climb.map(({ size }) => size);
  // Above the largest good size lies the one whose failures ended the climb.
  const most = Math.min(max, climbEnd === 'failures' ? (good.at(-1)?.size ?? 0) : max);
  const between = [Math.round(knee * 0.75), Math.round(knee * 1.5)];
  return [knee, ...between.filter((size) => size >= 1 && size <= most && !known.includes(size))];
}
