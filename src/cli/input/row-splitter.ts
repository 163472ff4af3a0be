import { isUtf8 } from 'node:buffer';
import { formatCount } from '../progress/figures.ts';
import { BYTE_ORDER_MARK, hasByteOrderMark } from './byte-order-mark.ts';
import { RowScanner, type ScannedRow } from './row-scanner.ts';

// A quote that nobody closes makes one row of the rest of the file, so this bounds memory more often than a real row
// needs it.
const LONGEST_ROW = 64 * 1024 * 1024;
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const EXCERPT_BYTES = 200;

/** One row of a file: its bytes, and where they lie. */
export interface Row {
  /** Without the newline that ends it. */
  readonly bytes: Buffer;
  /** The number of its first line, counted from 1. */
  readonly line: number;
  /** Bytes before it in the file. */
  readonly offset: number;
  /** What is wrong with it. */
  readonly problem: string | undefined;
  /** Whether `bytes` is all of the row; not so for one that is too long. */
  readonly isWhole: boolean;
}

/**
 * Cuts the chunks of one file into rows: at each newline that no quotes hold. The parser of csv-parse could do it,
 * but it keeps the last bytes of what it was given until more come, so the row of a slow producer would be late; and
 * after a stray quote it reads on to the next one. Here a malformed row ends with its line.
 */
export class RowSplitter {
  readonly #scanner: RowScanner;
  readonly #limit: number;
  // Bytes of the row whose end has not come.
  #pieces: Buffer[] = [];
  #held = 0;
  #start = 0;
  #line = 1;
  #isAtStart = true;
  #isSkipping = false;

  constructor(delimiter: string, limit: number = LONGEST_ROW) {
    this.#scanner = new RowScanner(delimiter);
    this.#limit = limit;
  }

  /** The number of the first line that was not given yet. */
  get nextLine(): number {
    return this.#line;
  }

  /** Takes the next chunk and gives the rows that are now whole. */
  push(chunk: Buffer): Row[] {
    if (this.#isAtStart) return this.#pushFirst(chunk);
    if (this.#isSkipping) return this.#skip(chunk);
    const rows = this.#cut(chunk, this.#scanner.scan(chunk));
    if (this.#held <= this.#limit) return rows;
    return [...rows, ...this.#giveUpRow()];
  }

  /** Gives the last row, if the file does not end with a newline. */
  end(): Row[] {
    const rows = this.#isAtStart && this.#held > 0 ? this.#pushFirst(Buffer.alloc(0), true) : [];
    if (this.#held === 0) return rows;
    if (this.#scanner.isQuoting) return [...rows, ...this.#giveUpQuote(), ...this.end()];
    const { problem } = this.#scanner.end();
    return [...rows, this.#row(this.#release(), { problem, lines: 1 })];
  }

  // The byte order mark has to go before the first row is looked at: a quote after it opens a field.
  #pushFirst(chunk: Buffer, isEnd = false): Row[] {
    this.#hold(chunk);
    if (this.#held < BYTE_ORDER_MARK.length && !isEnd) return [];
    const bytes = this.#release();
    const mark = hasByteOrderMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    this.#start = mark;
    this.#isAtStart = false;
    return this.push(bytes.subarray(mark));
  }

  #cut(chunk: Buffer, found: readonly ScannedRow[]): Row[] {
    const last = found.at(-1);
    if (last === undefined) {
      this.#hold(chunk);
      return [];
    }
    // The places of the scanner count from the start of this chunk; the first row may have begun before it.
    const before = this.#held;
    this.#hold(chunk.subarray(0, last.end));
    const bytes = this.#release();
    const rows: Row[] = [];
    let from = 0;
    for (const row of found) {
      const end = before + row.end;
      rows.push(this.#row(bytes.subarray(from, end), row));
      from = end;
    }
    this.#hold(chunk.subarray(last.end));
    return rows;
  }

  #giveUpRow(): Row[] {
    if (this.#pieces.some((piece) => piece.includes(NEWLINE))) return this.#giveUpQuote();
    const head = Buffer.concat(this.#pieces.map((piece) => piece.subarray(0, EXCERPT_BYTES)));
    const problem = `the row is longer than ${formatCount(this.#limit)} bytes`;
    const bytes = head.subarray(0, EXCERPT_BYTES);
    const row = { bytes, line: this.#line, offset: this.#start, problem, isWhole: false };
    this.#start += this.#held;
    this.#release();
    this.#scanner.reset();
    this.#isSkipping = true;
    return [row];
  }

  // The quote that is not closed was a mistake in this one line; what follows is read as if it had ended there. What
  // is read again has quotes only in pairs, so that no line of it opens another one: this happens once for each end.
  #giveUpQuote(): Row[] {
    const bytes = this.#release();
    this.#scanner.reset();
    const newline = bytes.indexOf(NEWLINE);
    const end = newline < 0 ? bytes.length : newline + 1;
    const problem = 'a quote is not closed';
    const row = this.#row(bytes.subarray(0, end), { problem, lines: 1 });
    return [row, ...this.push(bytes.subarray(end))];
  }

  #skip(chunk: Buffer): Row[] {
    const end = chunk.indexOf(NEWLINE) + 1;
    this.#isSkipping = end === 0;
    this.#start += end === 0 ? chunk.length : end;
    if (end === 0) return [];
    this.#line += 1;
    return this.push(chunk.subarray(end));
  }

  #row(bytes: Buffer, { problem, lines }: Omit<ScannedRow, 'end'>): Row {
    const content = withoutNewline(bytes);
    const unreadable = isUtf8(content) ? undefined : 'the row is not valid UTF-8';
    const row = {
      bytes: content,
      line: this.#line,
      offset: this.#start,
      problem: unreadable ?? problem,
      isWhole: true,
    };
    this.#line += lines;
    this.#start += bytes.length;
    return row;
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#held += bytes.length;
  }

  #release(): Buffer {
    const [only] = this.#pieces;
    const bytes = only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    return bytes;
  }
}

function withoutNewline(bytes: Buffer): Buffer {
  const content = bytes.at(-1) === NEWLINE ? bytes.subarray(0, -1) : bytes;
  return content.at(-1) === CARRIAGE_RETURN ? content.subarray(0, -1) : content;
}
