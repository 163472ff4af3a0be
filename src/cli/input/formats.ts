import { ItemError } from '../failures/item-error.ts';

/** Formats in which one character ends an item, whatever stands before it. */
export type LineFormat = 'ndjson' | 'lines' | 'nul';
/** Formats of rows with a header, where a newline may lie inside quotes. */
export type RowFormat = 'csv' | 'tsv';
/** What the input is. */
export type InputFormat = LineFormat | RowFormat;

/** A line or row that is no item. The run counts it as a failure and goes on. */
export class InputLineError extends ItemError {
  /** Bytes before the line in its file. */
  readonly offset: number;
  /** The line itself, shortened. */
  readonly excerpt: string;

  constructor(message: string, place: { offset: number; line: string }) {
    super('ERR_INPUT_LINE', message);
    this.offset = place.offset;
    this.excerpt = place.line.length > 40 ? `${place.line.slice(0, 40)}...` : place.line;
  }
}

/** Whether the name of a format or of a detected one stands for rows. */
export function isRowFormat(format: string | undefined): format is RowFormat {
  return format === 'csv' || format === 'tsv';
}

/**
 * What the name of a file says about its format: only rows are known by it. Content never makes an input CSV, since
 * any text with a comma in it could be.
 */
export function formatOfName(name: string | undefined): RowFormat | undefined {
  const extension = /\.([ct]sv)$/i.exec(name ?? '')?.[1]?.toLowerCase();
  return isRowFormat(extension) ? extension : undefined;
}

/** Whether a line holds no item at all. A line of spaces is text, but no JSON. */
export function isEmptyLine(line: string, format: LineFormat): boolean {
  if (line.length === 0) return true;
  if (line === '\r') return format !== 'nul';
  // The first test keeps the second, which walks the line, away from all ordinary input.
  return format === 'ndjson' && line.charCodeAt(0) <= 32 && line.trim() === '';
}

/**
 * Decides what the input is from its first line that is not blank: `{` opens NDJSON, also when the line is broken
 * (else one bad line would turn a million objects into strings); a whole JSON array or string is NDJSON too.
 * Everything else is plain text, numbers included: a list of ids is text until `--from ndjson` says otherwise.
 */
export function detectFormat(line: string): 'ndjson' | 'lines' {
  const text = line.trim();
  if (text.startsWith('{')) return 'ndjson';
  return /^["[]/.test(text) && isJson(text) ? 'ndjson' : 'lines';
}

/** Turns a line into the item; throws a `SyntaxError` when it cannot. */
export function parseLine(line: string, format: LineFormat): unknown {
  if (format === 'ndjson') return JSON.parse(line);
  if (format === 'nul') return line;
  return line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line;
}

const CARRIAGE_RETURN = 13;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
