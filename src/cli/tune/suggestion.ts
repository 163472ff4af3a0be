import { formatCount, formatRate } from '../progress/figures.ts';
import { kneeOf } from './knee.ts';
import { bySize, failedShare, hasIdleSlots, isLoopFull, type Measurement } from './measurement.ts';
import { type ClimbEnd, haveFailuresRisen } from './next-size.ts';

/** Why the measuring ended: as the climb did, or before, with the input or by a signal. */
type TuneEnd = ClimbEnd | 'input' | 'stopped';

/** What was measured, and why no more. */
export interface Measured {
  readonly steps: readonly Measurement[];
  readonly end: TuneEnd;
}

/** What speaks for a size. */
type Reason = TuneEnd | 'event-loop' | 'idle-slots';

/** What to give as -j. */
export interface Suggestion {
  /** `undefined` where nothing can be said. */
  readonly jobs: number | undefined;
  readonly reason: Reason;
  readonly explanation: string;
}

/** Sizes at which clearly more failed than at all smaller ones. */
export function failingSizes(sizes: readonly Measurement[]): Measurement[] {
  return sizes.filter((step, index) => haveFailuresRisen(step, sizes.slice(0, index)));
}

/** Says which size to take, and why. */
export function suggest({ steps, end }: Measured): Suggestion {
  const sizes = bySize(steps);
  const failing = failingSizes(sizes);
  const good = sizes.filter((step) => !failing.includes(step) && step.size < (failing[0]?.size ?? Infinity));
  const [smallest] = good;
  // Where one call at a time leaves the event loop no moment, any growth is noise.
  const knee = smallest !== undefined && isLoopFull(smallest) ? smallest : kneeOf(good);
  if (knee === undefined) return { jobs: undefined, reason: end, explanation: describeNothing(sizes, end) };
  const best = good.reduce((a, b) => (b.perSecond > a.perSecond ? b : a));
  const { reason, explanation } = explain({
    sizes: good,
    knee,
    best,
    last: good.at(-1) ?? knee,
    failing: failing[0],
    end,
  });
  return { jobs: knee.size, reason, explanation };
}

interface Finding {
  readonly sizes: readonly Measurement[];
  readonly knee: Measurement;
  readonly best: Measurement;
  /** The largest good size. */
  readonly last: Measurement;
  readonly failing: Measurement | undefined;
  readonly end: TuneEnd;
}

function explain(finding: Finding): Pick<Suggestion, 'reason' | 'explanation'> {
  const { sizes, knee, best, last, failing } = finding;
  const rate = formatRate(knee.perSecond);
  if (finding.end === 'stopped') {
    return { reason: 'stopped', explanation: `${rate}, the best so far: it was stopped early` };
  }
  const full = sizes.find(isLoopFull);
  if (full !== undefined && (full === knee || full.size <= best.size)) {
    const explanation = `the function computes more than it waits: from ${formatCount(full.size)} at a time on the event loop is never idle, and calls only wait for each other (${rate})`;
    return { reason: 'event-loop', explanation };
  }
  if (failing !== undefined) {
    const share = Math.round(failedShare([failing]) * 100);
    const explanation = `failures rose with ${formatCount(failing.size)} at a time: ${share} % of the calls failed`;
    return { reason: 'failures', explanation };
  }
  if (hasIdleSlots(last)) {
    const explanation = `slots stood empty with more: the input, --rate or this machine gives no more than ${rate}`;
    return { reason: 'idle-slots', explanation };
  }
  return explainEnd(finding, rate);
}

function explainEnd(
  { knee, best, last, end }: Finding,
  rate: string,
): Pick<Suggestion, 'reason' | 'explanation'> {
  const isLargest = knee === last;
  if (isLargest && end === 'max') {
    return { reason: 'max', explanation: `throughput still grew (${rate}): try a larger --max` };
  }
  if (isLargest && end === 'input') {
    const explanation = `${rate}, but the input ended before a larger size was measured: give more items`;
    return { reason: 'input', explanation };
  }
  const compared =
    best === knee ? '' : ` (the best: ${formatRate(best.perSecond)} with ${formatCount(best.size)})`;
  const ended =
    end === 'input' ? `; the input ended before more than ${formatCount(last.size)} at a time` : '';
  return {
    reason: 'levelled',
    explanation: `${rate}, and no other size gives a tenth more${compared}${ended}`,
  };
}

function describeNothing(sizes: readonly Measurement[], end: TuneEnd): string {
  if (sizes.length > 0) return 'every call failed';
  return end === 'stopped'
    ? 'it was stopped before anything was measured'
    : 'the input is too small: one size needs at least 3 items';
}
