import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import type { SessionOptions } from '../options.ts';
import { formatCount } from '../progress/figures.ts';
import type { SummaryParts } from '../summary/summary.ts';
import { describeEnd, describeWriteError, exitCodeFor, isPipeClosed, type RunEnd } from './outcome.ts';
import { runSession, type SessionParts } from './session.ts';

/** Where a report goes, and what it was asked to leave out. */
interface ReportTo {
  readonly host: Host;
  readonly options: Pick<SessionOptions, 'quiet' | 'failed'>;
}

/** Runs a session to its end and says how it ended. */
export async function runAndReport(parts: SessionParts): Promise<ExitCode> {
  const { end, failures, progress } = await runSession(parts);
  report(end, failures, parts);
  const exitCode = await writeSummary(parts, { end, failures, exitCode: exitCodeFor(end) });
  progress.end(exitCode);
  return exitCode;
}

/** The code of the run, or that the summary is lost where nothing else was. */
async function writeSummary(
  { summary, host }: Pick<SessionParts, 'summary' | 'host'>,
  ended: Pick<SummaryParts, 'end' | 'failures' | 'exitCode'>,
): Promise<ExitCode> {
  const { exitCode } = ended;
  try {
    await summary?.write({ ...ended, args: host.args, version: host.version });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    host.screen.print(`greenpool: ${error.message}`);
    return exitCode === EXIT.done ? EXIT.outputLost : exitCode;
  }
}

/** The failures, then the figures. */
function report(end: RunEnd, failures: FailureTable, { host, options }: ReportTo): void {
  const { screen } = host;
  // Whoever closed the pipe has seen enough.
  if (isPipeClosed(end)) return;
  const table = failures.render(screen.columns);
  if (table !== '') screen.print(table);
  // Figures of what was done would hide that its results are lost.
  if (end.writeError !== undefined) screen.print(`greenpool: ${describeWriteError(end.writeError)}`);
  else if (!options.quiet) screen.print(describeEnd(end));
  if (end.failedLost > 0) {
    const count = formatCount(end.failedLost);
    screen.print(`greenpool: not in ${options.failed}: ${count} failed that could not be read to the end`);
  }
}
