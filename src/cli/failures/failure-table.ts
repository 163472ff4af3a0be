import { InputLineError } from '../input/formats.ts';
import type { Item } from '../input/item.ts';
import { formatCount } from '../progress/figures.ts';
import { type Cause, describeCause } from './cause.ts';
import { printable } from './printable.ts';

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
    this.addExample(error, () => describeExample(item, error));
  }

  /** The same where an item is known by something else than its place; `example` is asked for one of each kind. */
  addExample(error: unknown, example: () => string): void {
    this.#count += 1;
    const cause = this.#rowFor(describeCause(error));
    const row = this.#rows.get(cause.key);
    if (row !== undefined) row.count += 1;
    else this.#rows.set(cause.key, { text: cause.text, example: example(), count: 1 });
  }

  /** What went wrong, how often and where first, most frequent first. */
  get groups(): { readonly error: string; readonly count: number; readonly first: string }[] {
    return this.#sorted().map(({ text, count, example }) => ({ error: text, count, first: example }));
  }

  /** The table for people, with a line above it; empty if nothing failed. `verb` says what did. */
  render(columns: number, verb = 'failed'): string {
    if (this.#count === 0) return '';
    return [`greenpool: ${formatCount(this.#count)} ${verb}:`, ...this.lines(columns)].join('\n');
  }

  /** The lines of the table, most frequent first, none wider than `columns`. */
  lines(columns: number): string[] {
    const rows = this.#sorted();
    const shown = rows.slice(0, ROWS_SHOWN);
    const hidden = rows.slice(ROWS_SHOWN);
    const lines = layOut(shown, columns);
    if (hidden.length > 0) {
      const rest = hidden.reduce((sum, row) => sum + row.count, 0);
      lines.push(`${GAP}... and ${formatCount(rest)} more, of ${formatCount(hidden.length)} other kinds`);
    }
    return lines;
  }

  #sorted(): Row[] {
    return [...this.#rows.values()].sort((a, b) => b.count - a.count);
  }

  #rowFor(cause: Cause): Cause {
    return this.#rows.has(cause.key) || this.#rows.size < ROWS_KEPT ? cause : OTHERS;
  }
}

/** Where an item came from: `urls.txt:17`, `line 17`. */
export function describePlace({ line, source }: Pick<Item, 'line' | 'source'>): string {
  return source === undefined ? `line ${line}` : `${source}:${line}`;
}

// A line that could not be read says more than its place.
function describeExample(item: Pick<Item, 'line' | 'source'>, error: unknown): string {
  const place = describePlace(item);
  return isInputLineError(error)
    ? `${place}, byte ${error.offset}: ${printable(error.excerpt)}`
    : printable(place);
}

function isInputLineError(error: unknown): error is InputLineError {
  try {
    return error instanceof InputLineError;
  } catch {
    // A thrown Proxy may throw when it is asked.
    return false;
  }
}

/** How wide the columns of the table are. */
interface Widths {
  readonly count: number;
  readonly text: number;
}

function layOut(rows: readonly Row[], columns: number): string[] {
  const count = Math.max('count'.length, ...rows.map((row) => formatCount(row.count).length));
  const example = Math.max('first at'.length, ...rows.map((row) => row.example.length));
  const text = Math.max('error'.length, ...rows.map((row) => printable(row.text).length));
  // The place of the example is what one goes on with, so it is the message that gives way; never to nothing.
  const room = columns - 1 - count - example - 3 * GAP.length;
  if (room >= Math.min(text, MIN_TEXT)) return layOutWide(rows, { count, text: Math.min(room, text) });
  return layOutNarrow(rows, { count, text: columns - 1 - count - 2 * GAP.length });
}

function layOutWide(rows: readonly Row[], widths: Widths): string[] {
  const line = (count: string, text: string, example: string) =>
    `${GAP}${count.padStart(widths.count)}${GAP}${shorten(text, widths.text).padEnd(widths.text)}${GAP}${example}`;
  return [
    line('count', 'error', 'first at'),
    ...rows.map((row) => line(formatCount(row.count), printable(row.text), row.example)),
  ];
}

// Each row takes two lines, the place below the message.
function layOutNarrow(rows: readonly Row[], widths: Widths): string[] {
  const line = (count: string, text: string) => `${GAP}${count.padStart(widths.count)}${GAP}${text}`;
  return [
    line('count', shorten('error, first at', widths.text)),
    ...rows.flatMap((row) => [
      line(formatCount(row.count), shorten(printable(row.text), widths.text)),
      line('', shortenInside(row.example, widths.text)),
    ]),
  ];
}

const MIN_TEXT = 30;

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 3))}...`;
}

// The end of a place holds its line, the start of one with an excerpt its file.
function shortenInside(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = Math.max(0, width - 3);
  const tail = Math.ceil(kept / 2);
  return `${text.slice(0, kept - tail)}...${text.slice(text.length - tail)}`;
}
