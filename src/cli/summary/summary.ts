import type { ExitCode } from '../exit-codes.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import { describeWriteError, type EndReason, type RunEnd, reasonOf } from '../run/outcome.ts';
import type { Tally } from '../run/tally.ts';

/** How a run ended, for programs. */
interface Summary {
  readonly command: readonly string[];
  readonly exitCode: ExitCode;
  readonly ended: EndReason;
  /** Why the output could not be written. */
  readonly outputError?: string;
  /** Items by how they ended, and attempts that were followed by another one. */
  readonly counts: Readonly<Record<keyof Tally['ended'] | 'retried', number>>;
  /** Items that earlier runs of the same journal saw to. */
  readonly before?: Tally['restored'];
  readonly skipReasons: Readonly<Record<string, number>>;
  readonly failures: FailureTable['groups'];
  readonly elapsedMs: number;
  /** Null where no time has passed. */
  readonly perSecond: number | null;
  /** Null if the input was finished; else the first item that was not started, null itself if it was not read. */
  readonly left: { readonly first: { readonly source: string | null; readonly line: number } | null } | null;
  readonly time: string;
  readonly versions: { readonly greenpool: string; readonly node: string };
}

/** What a summary is made of. */
export interface SummaryParts {
  readonly args: readonly string[];
  readonly version: string;
  readonly end: RunEnd;
  readonly failures: FailureTable;
  readonly exitCode: ExitCode;
}

/** The summary of a run that has ended now. */
export function summaryOf({ args, version, end, failures, exitCode }: SummaryParts): Summary {
  const { tally, elapsed, writeError, journal } = end;
  return {
    command: ['greenpool', ...args],
    exitCode,
    ended: reasonOf(end),
    ...(writeError === undefined ? {} : { outputError: describeWriteError(writeError) }),
    counts: { ...tally.ended, retried: tally.retried },
    ...(journal === undefined ? {} : { before: tally.restored }),
    skipReasons: Object.fromEntries(tally.skipReasons),
    failures: failures.groups,
    elapsedMs: Math.round(elapsed),
    perSecond: elapsed > 0 ? Math.round((tally.finished * 100_000) / elapsed) / 100 : null,
    left: leftOf(end),
    time: new Date().toISOString(),
    versions: { greenpool: version, node: process.versions.node },
  };
}

function leftOf({ hasWorkLeft, firstLeft }: RunEnd): Summary['left'] {
  if (!hasWorkLeft) return null;
  if (firstLeft === undefined) return { first: null };
  return { first: { source: firstLeft.source ?? null, line: firstLeft.line } };
}
