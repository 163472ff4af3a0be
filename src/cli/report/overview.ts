import { commandLine } from '../exec/shell-words.ts';
import { printable } from '../failures/printable.ts';
import type { JournalSurvey, SessionRow } from '../journal/journal-survey.ts';
import type { JournalMeta } from '../journal/meta.ts';
import { formatCount } from '../progress/figures.ts';

/** A line about a journal: what it is about, and what there is to say. */
export type OverviewLine = readonly [label: string, text: string];

// Items that came after ::: can be any number.
const LONGEST_COMMAND = 1000;
// Swedes write dates as the rest of the world sorts them.
const MOMENT = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' });

/** A time in milliseconds since 1970 as clocks here show it: `2026-01-31 09:05:00`. */
export function formatMoment(time: number): string {
  return MOMENT.format(time);
}

/** Whether a run goes on, and how the last one ended. */
export function describeState({ state, pid }: Pick<JournalSurvey, 'state' | 'pid'>): string {
  switch (state) {
    case 'running':
      return `running, by process ${pid}`;
    case 'complete':
      return 'complete';
    case 'stopped':
      return 'stopped, with work left';
    case 'crashed':
      return 'ended by a crash';
  }
}

/** When the last record was written; of a run that did not get to one, when it made the journal. */
export function lastActive({ created }: JournalMeta, { sessions }: JournalSurvey): number {
  return sessions.at(-1)?.last ?? created;
}

/** How many sessions were ended by a crash. */
export function countCrashes(sessions: readonly SessionRow[]): number {
  return sessions.filter(({ state }) => state === 'crashed').length;
}

/** What there is to say of a journal in any case. */
export function overviewLines(meta: JournalMeta, survey: JournalSurvey): OverviewLine[] {
  const crashes = countCrashes(survey.sessions);
  return [
    ['command', commandOf(meta)],
    ['in', printable(meta.cwd)],
    ['begun', formatMoment(meta.created)],
    ['last active', formatMoment(lastActive(meta, survey))],
    [
      'sessions',
      `${formatCount(survey.sessions.length)}${crashes > 0 ? `, ${formatCount(crashes)} ended by a crash` : ''}`,
    ],
    ['items', describeCounts(survey.counts)],
  ];
}

/** The lines below a headline, with all texts in one column. */
export function layOutLines(lines: readonly OverviewLine[]): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `  ${label.padEnd(width)}  ${text}\n`).join('');
}

function commandOf({ args }: JournalMeta): string {
  const line = printable(commandLine(['greenpool', ...args]));
  return line.length <= LONGEST_COMMAND ? line : `${line.slice(0, LONGEST_COMMAND)}...`;
}

function describeCounts({
  done,
  failed,
  skipped,
  held,
  running,
  interrupted,
}: JournalSurvey['counts']): string {
  const counts = [
    `${formatCount(done)} done`,
    `${formatCount(failed)} failed`,
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
    ...(interrupted > 0 ? [`${formatCount(interrupted)} interrupted`] : []),
    ...(running > 0 ? [`${formatCount(running)} under way`] : []),
  ];
  const waiting = held > 0 ? `; results of ${formatCount(held)} wait for those of earlier items` : '';
  return counts.join(', ') + waiting;
}
