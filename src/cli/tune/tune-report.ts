import { formatCount } from '../progress/figures.ts';
import { bySize, hasIdleSlots, isLoopFull, type Measurement } from './measurement.ts';
import { failingSizes, type Suggestion } from './suggestion.ts';

/** All there is to tell at the end. */
export interface TuneReport {
  readonly steps: readonly Measurement[];
  readonly suggestion: Suggestion;
  /** Items that were used. */
  readonly items: number;
  readonly elapsed: number;
}

const HEADER = ['size', 'items/s', 'p50 ms', 'p95 ms', 'failed', 'note'];

/** The table of what was measured, and what it suggests. */
export function renderTable({ steps, suggestion }: TuneReport): string {
  const { jobs, explanation } = suggestion;
  const rows = withNotes(steps).map(({ step, notes }) => [
    formatCount(step.size),
    formatFigure(step.perSecond),
    formatFigure(step.p50),
    formatFigure(step.p95),
    formatCount(step.failed),
    [...(step.size === jobs ? ['suggested'] : []), ...notes].join(', '),
  ]);
  const widths = HEADER.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.length === 0 ? [] : [HEADER, ...rows].map((row) => layOut(row, widths));
  const answer = jobs === undefined ? `no suggestion: ${explanation}` : `-j ${jobs}: ${explanation}`;
  return [...lines, ...(lines.length === 0 ? [] : ['']), answer, ''].join('\n');
}

/** The same as one line of JSON. */
export function renderJson({ steps, suggestion, items, elapsed }: TuneReport): string {
  const { jobs = null, reason, explanation } = suggestion;
  const rows = withNotes(steps).map(({ step, notes }) => ({
    ...step,
    perSecond: round(step.perSecond),
    p50: round(step.p50),
    p95: round(step.p95),
    loopUse: round(step.loopUse),
    slotUse: round(step.slotUse),
    notes,
  }));
  return `${JSON.stringify({ jobs, reason, explanation, steps: rows, items, ms: Math.round(elapsed) })}\n`;
}

function withNotes(steps: readonly Measurement[]): { step: Measurement; notes: string[] }[] {
  const sizes = bySize(steps);
  const failing = failingSizes(sizes);
  return sizes.map((step) => {
    const notes: string[] = [];
    if (step.failed === step.calls) notes.push('all failed');
    else if (failing.includes(step)) notes.push('failures rose');
    if (isLoopFull(step)) notes.push('event loop full');
    else if (hasIdleSlots(step)) notes.push('slots idle');
    return { step, notes };
  });
}

function layOut(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  const cells = row.map((cell, column) => (column === last ? cell : cell.padStart(widths[column] ?? 0)));
  return cells.join('  ').trimEnd();
}

// Three digits or so: more would be noise.
function formatFigure(value: number): string {
  if (value >= 100) return formatCount(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
