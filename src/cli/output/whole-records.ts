/** The whole records at the start of some bytes, so that a torn one behind them can be told from them. */
export interface WholeRecords {
  readonly count: number;
  readonly bytes: number;
}

const NEWLINE = 10;
const QUOTE = 34;

/** For records that end at each newline, or at each NUL. */
export function countLines(bytes: Uint8Array, separator: number = NEWLINE): WholeRecords {
  let count = 0;
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, at + 1)) count += 1;
  return { count, bytes: bytes.lastIndexOf(separator) + 1 };
}

/** For records that may hold a newline between quotes. */
export function countQuotedLines(bytes: Uint8Array): WholeRecords {
  let whole = { count: 0, bytes: 0 };
  let isQuoting = false;
  for (const [index, byte] of bytes.entries()) {
    // Two quotes that stand for one close the field and open it again, with nothing between.
    if (byte === QUOTE) isQuoting = !isQuoting;
    if (byte === NEWLINE && !isQuoting) whole = { count: whole.count + 1, bytes: index + 1 };
  }
  return whole;
}
