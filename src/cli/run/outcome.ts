import { errorCode } from '../../loader/error-facts.ts';
import { CliError, describeSystemError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { describePlace } from '../failures/failure-table.ts';
import { printable } from '../failures/printable.ts';
import type { ItemPlace } from '../input/item.ts';
import { formatCount, formatDuration, formatRate } from '../progress/figures.ts';
import { exitCodeOf, type StopSignal } from './stop-signals.ts';
import type { Tally } from './tally.ts';

/** How a run ended, besides what its items came to. */
export interface RunEnd {
  readonly tally: Tally;
  readonly elapsed: number;
  readonly writeError:
    | { readonly error: unknown; readonly name: string; readonly written: number }
    | undefined;
  /** Something threw outside of any item. */
  readonly hasCrashed: boolean;
  readonly cancelledBy: StopSignal | undefined;
  /** Too much failed. */
  readonly isHalted: boolean;
  /** The time of the run was over. */
  readonly isTimeUp: boolean;
  /** Functions that did not end held what the rest waited for. */
  readonly isStuck: boolean;
  readonly hasWorkLeft: boolean;
  readonly firstLeft: ItemPlace | undefined;
  /** The folder of the journal, where there is one. */
  readonly journal: string | undefined;
  /** Failed items that are not in the file of failed items, because they were not read to their end. */
  readonly failedLost: number;
}

/** Whether the reader of stdout went away, as `head` does: a way to end a run, not a mistake. */
export function isPipeClosed({ writeError }: Pick<RunEnd, 'writeError'>): boolean {
  const error = writeError?.error;
  // The journal says in its own words what went wrong, and has the reason with it.
  return errorCode(error instanceof CliError ? error.cause : error) === 'EPIPE';
}

/** Why a run ended. Scripts read these words. */
export type EndReason =
  | 'done'
  | 'failed'
  | 'halted'
  | 'drained'
  | 'max-time'
  | 'stuck'
  | 'cancelled'
  | 'output'
  | 'pipe'
  | 'crashed';

/** The most serious thing that happened decides. */
export function reasonOf(end: RunEnd): EndReason {
  if (end.hasCrashed) return 'crashed';
  if (isPipeClosed(end)) return 'pipe';
  if (end.writeError !== undefined) return 'output';
  if (end.cancelledBy !== undefined) return 'cancelled';
  if (end.isHalted) return 'halted';
  if (end.isStuck) return 'stuck';
  if (end.hasWorkLeft) return end.isTimeUp ? 'max-time' : 'drained';
  const { ended, restored } = end.tally;
  return ended.failed + restored.failed > 0 ? 'failed' : 'done';
}

const CODES: Readonly<Record<Exclude<EndReason, 'cancelled'>, ExitCode>> = {
  done: EXIT.done,
  failed: EXIT.someFailed,
  halted: EXIT.halted,
  drained: EXIT.workLeft,
  'max-time': EXIT.workLeft,
  stuck: EXIT.workLeft,
  output: EXIT.outputLost,
  pipe: EXIT.pipeClosed,
  crashed: EXIT.internal,
};

/** The code that tells it. */
export function exitCodeFor(end: RunEnd): ExitCode {
  const reason = reasonOf(end);
  return reason === 'cancelled' ? exitCodeOf(end.cancelledBy ?? 'SIGINT') : CODES[reason];
}

/** `cannot write out.ndjson: no space left on device; results written: 120`. */
export function describeWriteError({ error, name, written }: NonNullable<RunEnd['writeError']>): string {
  const count = formatCount(written);
  if (error instanceof CliError) return `${error.message}; items on record: ${count}`;
  return `cannot write ${name}: ${describeSystemError(error)}; results written: ${count}`;
}

/** The last line of a run: `greenpool: 985 done, 12 failed, 3 skipped (2 cached, 1 empty) in 4.2 s (238/s)`. */
export function describeEnd({ tally, elapsed, hasWorkLeft, firstLeft, journal }: RunEnd): string {
  const { done, failed, skipped, cancelled } = tally.ended;
  const counts = [
    `${formatCount(done)} done`,
    failed > 0 ? `${formatCount(failed)} failed` : undefined,
    skipped > 0 ? `${formatCount(skipped)} skipped (${describeSkips(tally)})` : undefined,
    cancelled > 0 ? `${formatCount(cancelled)} cancelled` : undefined,
    tally.retried > 0 ? `${formatCount(tally.retried)} retried` : undefined,
    describeRestored(tally),
  ];
  const rate = tally.finished > 0 && elapsed > 0 ? ` (${formatRate((tally.finished * 1000) / elapsed)})` : '';
  const left =
    firstLeft === undefined ? 'the rest of the input' : `the input from ${describePlace(firstLeft)} on`;
  return [
    `greenpool: ${counts.filter((count) => count !== undefined).join(', ')} in ${formatDuration(elapsed)}${rate}`,
    hasWorkLeft ? `; ${left} was not started` : '',
    describeNext({ tally, hasWorkLeft, journal }),
  ].join('');
}

function describeRestored({ restored: { done, failed, skipped } }: Tally): string | undefined {
  if (done + failed + skipped === 0) return undefined;
  const others = [
    failed > 0 ? `${formatCount(failed)} failed` : undefined,
    skipped > 0 ? `${formatCount(skipped)} skipped` : undefined,
  ];
  return [`${formatCount(done)} done`, ...others]
    .filter((count) => count !== undefined)
    .join(' and ')
    .concat(' before');
}

/** What can be done about what is left, where a journal knows it. */
function describeNext({
  tally,
  hasWorkLeft,
  journal,
}: Pick<RunEnd, 'tally' | 'hasWorkLeft' | 'journal'>): string {
  if (journal === undefined) return '';
  const { ended, restored } = tally;
  if (hasWorkLeft || ended.cancelled > 0) return `; go on with: greenpool resume ${journal}`;
  return ended.failed + restored.failed > 0 ? `; run the failed again with: greenpool retry ${journal}` : '';
}

const REASONS_SHOWN = 3;

function describeSkips({ skipReasons }: Tally): string {
  const reasons = [...skipReasons].sort(([, a], [, b]) => b - a);
  const shown = reasons
    .slice(0, REASONS_SHOWN)
    .map(([reason, count]) => `${formatCount(count)} ${printable(reason)}`);
  return [...shown, ...(reasons.length > REASONS_SHOWN ? ['...'] : [])].join(', ');
}
