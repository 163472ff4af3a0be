import { printable } from '../failures/printable.ts';
import { formatCount, formatDuration, formatRate } from '../progress/figures.ts';
import type { LiveRun } from './live-runs.ts';

const HEADER = ['PID', 'STATE', 'ELAPSED', 'DONE', 'FAILED', 'RUNNING', 'WAITING', 'RATE', 'COMMAND'];
// Words stand to the left, figures to the right.
const LEFT = new Set([1, HEADER.length - 1]);

/** A row for each run, below a header. */
export function statusTable(runs: readonly LiveRun[]): string {
  const rows = [HEADER, ...runs.map(cellsOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return LEFT.has(column) ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf({ pid, status }: LiveRun): string[] {
  if (status === undefined) return [String(pid), 'no answer', ...HEADER.slice(3).map(() => '-'), ''];
  return [
    String(pid),
    status.state,
    formatDuration(status.elapsed),
    formatCount(status.done),
    formatCount(status.failed),
    `${formatCount(status.running)}/${formatCount(status.size)}`,
    formatCount(status.waiting),
    status.perSecond === null ? '-' : formatRate(status.perSecond),
    printable(status.command),
  ];
}
