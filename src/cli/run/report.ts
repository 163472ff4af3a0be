import type { ExitCode } from '../exit-codes.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import type { SessionOptions } from '../options.ts';
import { formatCount } from '../progress/figures.ts';
import { describeEnd, describeWriteError, exitCodeFor, isPipeClosed, type RunEnd } from './outcome.ts';
import { runSession, type SessionParts } from './session.ts';

/** Where a report goes, and what it was asked to leave out. */
interface ReportTo {
  readonly host: Host;
  readonly options: Pick<SessionOptions, 'quiet' | 'failed'>;
}

/** Runs a session to its end and says how it ended. */
export async function runAndReport(parts: SessionParts): Promise<ExitCode> {
  const { end, failures } = await runSession(parts);
  report(end, failures, parts);
  return exitCodeFor(end);
}

/** The failures, then the figures. */
function report(end: RunEnd, failures: FailureTable, { host, options }: ReportTo): void {
  const { screen } = host;
  // Whoever closed the pipe has seen enough.
  if (isPipeClosed(end)) return;
  const table = failures.render(screen.columns);
  if (table !== '') screen.print(table);
  // Figures of what was done would hide that its results are lost.
  if (end.writeError !== undefined) screen.print(describeWriteError(end.writeError));
  else if (!options.quiet) screen.print(describeEnd(end));
  if (end.failedLost > 0) {
    const count = formatCount(end.failedLost);
    screen.print(`greenpool: not in ${options.failed}: ${count} failed that could not be read to the end`);
  }
}
