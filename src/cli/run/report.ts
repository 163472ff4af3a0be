import type { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import { describeEnd, describeWriteError, isPipeClosed, type RunEnd } from './outcome.ts';

/** Says how a run ended: the failures, then the figures. */
export function report(end: RunEnd, failures: FailureTable, to: { host: Host; isQuiet: boolean }): void {
  const { screen } = to.host;
  // Whoever closed the pipe has seen enough.
  if (isPipeClosed(end)) return;
  const table = failures.render(screen.columns);
  if (table !== '') screen.print(table);
  // Figures of what was done would hide that its results are lost.
  if (end.writeError !== undefined) screen.print(describeWriteError(end.writeError));
  else if (!to.isQuiet) screen.print(describeEnd(end));
}
