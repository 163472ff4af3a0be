import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import { findJournal } from '../journal/find-journal.ts';
import { readItems, surveyJournal } from '../journal/journal-survey.ts';
import { nodeFiles } from '../journal/node-files.ts';
import { describeDamage } from '../report/damage.ts';
import type { ReportWriter } from '../report/report.ts';
import type { ReportFormat, ReportOptions } from '../report/report-options.ts';
import { fileSink, stdoutSink, writeReport } from '../report/write-report.ts';

/** `greenpool report`: what became of each item of a journal. */
export async function reportCommand(
  folder: string,
  { format, output }: ReportOptions,
  host: Host,
): Promise<ExitCode> {
  const meta = await findJournal(nodeFiles, folder);
  const survey = await surveyJournal(nodeFiles, folder);
  const write = await writerOf(format);
  const sink = output === undefined || output === '-' ? stdoutSink(host) : fileSink(output, folder, meta);
  for (const damage of describeDamage(survey)) host.screen.print(`greenpool: ${damage}`);
  const items = readItems(nodeFiles, folder, survey);
  return await writeReport(write({ folder, meta, survey, items, columns: host.screen.columns }), sink);
}

// Loaded one by one: most have something to load that the others do without.
async function writerOf(format: ReportFormat): Promise<ReportWriter> {
  switch (format) {
    case 'text':
      return (await import('../report/text-report.ts')).textReport;
    case 'json':
      return (await import('../report/json-report.ts')).jsonReport;
    case 'csv':
      return (await import('../report/csv-report.ts')).csvReport;
    case 'junit':
      return (await import('../report/junit-report.ts')).junitReport;
    case 'joblog':
      return (await import('../report/joblog-report.ts')).joblogReport;
  }
}
