import type { JournalSurvey } from '../journal/journal-survey.ts';
import { describeUncut } from '../journal/replay.ts';
import { formatCount } from '../progress/figures.ts';

/** What is wrong with a journal, a sentence each. */
export function describeDamage({ cut, lost }: Pick<JournalSurvey, 'cut' | 'lost'>): string[] {
  return [
    ...(cut === undefined ? [] : [describeUncut(cut)]),
    ...(lost.size === 0 ? [] : [describeLost(lost.size)]),
  ];
}

/** How an output file is short of what a journal vouches for, in a sentence; `undefined` if it is not. */
export function describeLostOutput(
  path: string,
  size: number | undefined,
  { output }: Pick<JournalSurvey, 'output'>,
): string | undefined {
  if ((size ?? 0) >= output) return undefined;
  return `${path} has lost results: it has ${formatCount(size ?? 0)} bytes instead of ${formatCount(output)}`;
}

function describeLost(count: number): string {
  if (count === 1) return '1 result that was held back is damaged or lost: on resume its item runs again';
  return `${formatCount(count)} results that were held back are damaged or lost: on resume their items run again`;
}
