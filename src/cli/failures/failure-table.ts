import { InputLineError } from '../input/formats.ts';
import type { Item } from '../input/item-reader.ts';
import { formatCount } from '../progress/figures.ts';
import { type Cause, describeCause } from './cause.ts';

interface Row {
  readonly text: string;
  readonly example: string;
  count: number;
}

const ROWS_SHOWN = 10;
// Causes that are told apart. A run of many failures that all read differently stays small in memory.
const ROWS_KEPT = 1000;
const OTHERS = { key: '\0others', text: 'other errors' };
const GAP = '  ';

/** All failures of a run, grouped by what went wrong. */
export class FailureTable {
  readonly #rows: Map<string, Row> = new Map();
  #count = 0;

  add(item: Pick<Item, 'line' | 'source'>, error: unknown): void {
    this.#count += 1;
    const cause = this.#rowFor(describeCause(error));
    const row = this.#rows.get(cause.key);
    if (row !== undefined) row.count += 1;
    else this.#rows.set(cause.key, { text: cause.text, example: describePlace(item, error), count: 1 });
  }

  /** The table for people, most frequent first, no wider than `columns`; empty if nothing failed. */
  render(columns: number): string {
    if (this.#count === 0) return '';
    const rows = [...this.#rows.values()].sort((a, b) => b.count - a.count);
    const shown = rows.slice(0, ROWS_SHOWN);
    const hidden = rows.slice(ROWS_SHOWN);
    const lines = layOut(shown, columns);
    if (hidden.length > 0) {
      const rest = hidden.reduce((sum, row) => sum + row.count, 0);
      lines.push(`${GAP}... and ${formatCount(rest)} more, of ${formatCount(hidden.length)} other kinds`);
    }
    return [`greenpool: ${formatCount(this.#count)} failed:`, ...lines].join('\n');
  }

  #rowFor(cause: Cause): Cause {
    return this.#rows.has(cause.key) || this.#rows.size < ROWS_KEPT ? cause : OTHERS;
  }
}

/** Where an item came from: `urls.txt:17`, `line 17`; a line that could not be read says more. */
export function describePlace({ line, source }: Pick<Item, 'line' | 'source'>, error?: unknown): string {
  const place = source === undefined ? `line ${line}` : `${source}:${line}`;
  if (!(error instanceof InputLineError)) return place;
  return `${place}, byte ${error.offset}: ${printable(error.excerpt)}`;
}

function layOut(rows: readonly Row[], columns: number): string[] {
  const counts = rows.map((row) => formatCount(row.count));
  const countWidth = Math.max('count'.length, ...counts.map((count) => count.length));
  const exampleWidth = Math.max('first at'.length, ...rows.map((row) => row.example.length));
  // The place of the example is what one goes on with, so it is the message that gives way; never to nothing.
  const room = Math.max(MIN_TEXT, columns - 1 - countWidth - exampleWidth - 3 * GAP.length);
  const textWidth = Math.min(
    room,
    Math.max('error'.length, ...rows.map((row) => printable(row.text).length)),
  );
  const line = (count: string, text: string, example: string) =>
    `${GAP}${count.padStart(countWidth)}${GAP}${shorten(text, textWidth).padEnd(textWidth)}${GAP}${example}`;
  return [
    line('count', 'error', 'first at'),
    ...rows.map((row, index) => line(counts[index] ?? '', printable(row.text), row.example)),
  ];
}

const MIN_TEXT = 30;

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

// A message may hold what the item held; control characters must not reach the terminal.
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ').trimEnd();
}
