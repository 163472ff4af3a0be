import { readItems, surveyJournal } from '../../../src/cli/journal/journal-survey.ts';
import type { JournalMeta } from '../../../src/cli/journal/meta.ts';
import type { JournalRecord } from '../../../src/cli/journal/records.ts';
import type { ReportWriter } from '../../../src/cli/report/report.ts';
import { collect, craftedDisk, FOLDER, livingProcesses, putLock } from './crafted-log.ts';

/** 2026-01-31T08:05:00.250Z */
export const BEGUN: number = Date.UTC(2026, 0, 31, 8, 5, 0, 250);

/** The meta.json of a run of `check.ts`. */
export const META: JournalMeta = {
  spec: { verb: 'run', module: '/work/check.ts', hash: 'h', export: 'default', options: {} },
  input: ['urls.txt'],
  output: null,
  args: ['check.ts', '-a', 'my urls.txt', '-J', 'run.gpj'],
  cwd: '/work',
  created: BEGUN,
};

/** How a report is made of a journal with these records; `live` is the process that writes it. */
export async function reportOf(
  write: ReportWriter,
  records: readonly JournalRecord[],
  change: { readonly meta?: Partial<JournalMeta>; readonly live?: number } = {},
): Promise<string> {
  const disk = craftedDisk([records]);
  const { live } = change;
  if (live !== undefined) putLock(disk, live);
  const survey = await surveyJournal(disk, FOLDER, livingProcesses(...(live === undefined ? [] : [live])));
  const items = readItems(disk, FOLDER, survey);
  const meta = { ...META, ...change.meta };
  return (await collect(write({ folder: 'run.gpj', meta, survey, items, columns: 100 }))).join('');
}
