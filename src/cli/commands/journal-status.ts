import { commandLine } from '../exec/shell-words.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import { findJournal } from '../journal/find-journal.ts';
import { orJournalError } from '../journal/journal-error.ts';
import type { JournalFiles } from '../journal/journal-files.ts';
import { type JournalSurvey, surveyJournal } from '../journal/journal-survey.ts';
import type { JournalMeta } from '../journal/meta.ts';
import { nodeFiles } from '../journal/node-files.ts';
import { formatCount } from '../progress/figures.ts';
import { describeDamage, describeLostOutput } from '../report/damage.ts';
import { isoTime, stateFacts } from '../report/journal-facts.ts';
import {
  countCrashes,
  describeState,
  lastActive,
  layOutLines,
  type OverviewLine,
  overviewLines,
} from '../report/overview.ts';
import type { StatusOptions } from '../report/report-options.ts';
import { stdoutSink, writeReport } from '../report/write-report.ts';

/** Where a run stands. */
interface Status {
  readonly folder: string;
  readonly meta: JournalMeta;
  readonly survey: JournalSurvey;
  /** The file with the results, and its size, if it is there. */
  readonly output: { readonly path: string; readonly bytes: number | undefined } | undefined;
  readonly damage: readonly string[];
  /** Whether the file is short of results that had been on disk: a resume refuses that. */
  readonly hasLostOutput: boolean;
}

/** A command that takes the run further, and what it does. */
interface NextStep {
  readonly words: readonly string[];
  readonly effect: string;
}

/** `greenpool status <journal>`: how far the run has come, whether it goes on, and what can be done. */
export async function journalStatusCommand(
  folder: string,
  { json }: StatusOptions,
  host: Host,
): Promise<ExitCode> {
  const status = await readStatus(nodeFiles, folder);
  return await writeReport([json ? asJson(status) : asText(status)], stdoutSink(host));
}

async function readStatus(files: JournalFiles, folder: string): Promise<Status> {
  const meta = await findJournal(files, folder);
  const survey = await surveyJournal(files, folder);
  const damage = describeDamage(survey);
  const path = meta.output;
  if (path === null) return { folder, meta, survey, output: undefined, damage, hasLostOutput: false };
  // Behind the survey: a run that goes on makes it longer only.
  const bytes = await orJournalError('read', path, files.size(path));
  const lost = describeLostOutput(path, bytes, survey);
  if (lost !== undefined) damage.push(lost);
  return { folder, meta, survey, output: { path, bytes }, damage, hasLostOutput: lost !== undefined };
}

function asText(status: Status): string {
  const { folder, meta, survey, output, damage } = status;
  const steps = nextSteps(status).map(({ words, effect }) => `${commandLine(words)}  (${effect})`);
  const lines: OverviewLine[] = [
    ...overviewLines(meta, survey),
    ...(output === undefined ? [] : ([['output', describeOutput(output)]] as const)),
    ...damage.map((text) => ['damage', text] as const),
    ...(steps.length > 0 ? steps : [describeNoStep(status)]).map((text) => ['next', text] as const),
  ];
  return `${folder}: ${describeState(survey)}\n${layOutLines(lines)}`;
}

function asJson(status: Status): string {
  const { folder, meta, survey, output, damage } = status;
  const facts = {
    journal: folder,
    ...stateFacts(survey),
    command: ['greenpool', ...meta.args],
    cwd: meta.cwd,
    begun: isoTime(meta.created),
    lastActive: isoTime(lastActive(meta, survey)),
    sessions: survey.sessions.length,
    crashes: countCrashes(survey.sessions),
    counts: survey.counts,
    output: output === undefined ? null : { path: output.path, bytes: output.bytes ?? null },
    damage,
    next: nextSteps(status).map(({ words }) => words),
  };
  return `${JSON.stringify(facts)}\n`;
}

function describeOutput({ path, bytes }: NonNullable<Status['output']>): string {
  return bytes === undefined ? `${path}, which is not there` : `${path}, ${formatCount(bytes)} bytes`;
}

function nextSteps({ folder, meta, survey, hasLostOutput }: Status): NextStep[] {
  const { state, pid, counts } = survey;
  if (hasLostOutput) return [];
  if (state === 'running') {
    return [{ words: ['kill', String(pid)], effect: 'ends it in good order, to be resumed later' }];
  }
  const input = meta.input.includes('-') ? ', with the same input on stdin' : '';
  const failed =
    counts.failed === 1 ? 'the one that failed' : `the ${formatCount(counts.failed)} that failed`;
  return [
    ...(state === 'complete' ? [] : [{ words: ['greenpool', 'resume', folder], effect: `goes on${input}` }]),
    ...(counts.failed === 0
      ? []
      : [{ words: ['greenpool', 'retry', folder], effect: `runs ${failed} again${input}` }]),
  ];
}

function describeNoStep({ survey, hasLostOutput }: Status): string {
  if (hasLostOutput) return 'bring the output back, or begin again with another journal';
  const { done, skipped } = survey.counts;
  return done + skipped > 0 ? 'nothing: all is done' : 'nothing: there were no items';
}
