const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/** A row that ends in the bytes that were looked at. */
export interface ScannedRow {
  /** Behind its newline, counted from the start of those bytes. */
  readonly end: number;
  /** How many lines it takes. */
  readonly lines: number;
  readonly problem: string | undefined;
}

/**
 * Where the scanner stands. `plain` is a field without quotes, `closed` is behind a quote that may have closed its
 * field, `returned` behind a carriage return after one, `broken` a row that is already known to be malformed.
 */
type State = 'start' | 'plain' | 'quoted' | 'closed' | 'returned' | 'broken';

/**
 * Finds the ends of rows in bytes that come in pieces, as RFC 4180 has them: a quote opens a field only at its
 * start, two quotes inside stand for one, and only a delimiter or the end of the row may follow the closing one.
 */
export class RowScanner {
  readonly #delimiter: number;
  #state: State = 'start';
  #lines = 1;
  #problem: string | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Whether the row that has begun waits for a quote. */
  get isQuoting(): boolean {
    return this.#state === 'quoted';
  }

  /** Looks at the next bytes. What was looked at is never looked at again, however long a row is. */
  scan(bytes: Buffer): ScannedRow[] {
    const rows: ScannedRow[] = [];
    // Most files have few quotes or none: then all that is looked for is the next newline.
    let quote = bytes.indexOf(QUOTE);
    for (let at = 0; at < bytes.length; ) {
      if (quote >= 0 && quote < at) quote = bytes.indexOf(QUOTE, at);
      const end =
        this.#state === 'quoted'
          ? this.#skipQuoted(bytes, at, quote)
          : this.#skipPlain(bytes, at, quote) || this.#step(bytes[at], at);
      const isRowEnd = this.#state === 'start' && bytes[end - 1] === NEWLINE;
      if (isRowEnd) rows.push(this.#endRow(end));
      at = end;
    }
    return rows;
  }

  /** The file has ended, and with it the row. */
  end(): Pick<ScannedRow, 'problem'> {
    const { problem } = this.#endRow(0);
    return { problem };
  }

  /** Forgets the row that has begun. */
  reset(): void {
    this.#endRow(0);
  }

  // To the quote that may end the field, or to the end of the bytes.
  #skipQuoted(bytes: Buffer, at: number, quote: number): number {
    const end = quote < 0 ? bytes.length : quote;
    for (let newline = bytes.indexOf(NEWLINE, at); newline >= 0 && newline < end; ) {
      this.#lines += 1;
      newline = bytes.indexOf(NEWLINE, newline + 1);
    }
    if (quote < 0) return end;
    this.#state = 'closed';
    return end + 1;
  }

  // To the end of the row or to the quote before it; 0 if the next byte has to be looked at by itself.
  #skipPlain(bytes: Buffer, at: number, quote: number): number {
    if (this.#state === 'closed' || this.#state === 'returned') return 0;
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (this.#state !== 'broken' && quote >= 0 && quote < end) {
      if (quote > at) this.#state = this.#afterPlain(bytes[quote - 1]);
      return quote > at ? quote : 0;
    }
    if (newline >= 0) this.#state = 'start';
    else if (this.#state !== 'broken') this.#state = this.#afterPlain(bytes[end - 1]);
    return end;
  }

  #step(byte: number | undefined, at: number): number {
    if (this.#state === 'closed' && byte === QUOTE) this.#state = 'quoted';
    else if (this.#state === 'closed' && byte === CARRIAGE_RETURN) this.#state = 'returned';
    else if (byte === NEWLINE) this.#state = 'start';
    else if (this.#state === 'start' && byte === QUOTE) this.#state = 'quoted';
    else if (byte === QUOTE && this.#state === 'plain') this.#break('a quote stands inside a field');
    else if (this.#state === 'returned') this.#break('text follows a closing quote');
    else if (this.#state === 'closed' && byte !== this.#delimiter)
      this.#break('text follows a closing quote');
    else this.#state = this.#afterPlain(byte);
    return at + 1;
  }

  #afterPlain(byte: number | undefined): State {
    return byte === this.#delimiter ? 'start' : 'plain';
  }

  #break(problem: string): void {
    this.#state = 'broken';
    this.#problem = problem;
  }

  #endRow(end: number): ScannedRow {
    const row = { end, lines: this.#lines, problem: this.#problem };
    this.#state = 'start';
    this.#lines = 1;
    this.#problem = undefined;
    return row;
  }
}
