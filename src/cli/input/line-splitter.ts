import { isUtf8 } from 'node:buffer';
import { BYTE_ORDER_MARK, hasByteOrderMark } from './byte-order-mark.ts';

const NEWLINE = '\n';

// A string can hold twice that, but no more, and what is made of it has to fit beside it.
const LONGEST_LINE = 256 * 1024 * 1024;
// What is kept of a line that is too long, to show it.
const EXCERPT_BYTES = 200;

/** A line that is too long to be read. What follows it is read as ever. */
export interface LongLine {
  readonly line: number;
  /** Bytes before it in the file. */
  readonly offset: number;
  readonly excerpt: string;
  /** The bytes that a line may have. */
  readonly limit: number;
}

/** How a file is cut. What the comments call a line ends at the separator, a newline or NUL. */
export interface SplitterOptions {
  /** The most bytes that a line may have. */
  readonly limit?: number | undefined;
  /** One ASCII character. */
  readonly separator?: string;
}

/** Whole lines that arrived together. Where they lie in the file is worked out only when somebody asks. */
export class LineBatch {
  /** Without their separator; a carriage return before it is still there. */
  readonly lines: readonly string[];
  /** The number of the first line, counted from 1. */
  readonly firstLine: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #separator: number;
  readonly #isClean: boolean;
  // Where the last question ended. Questions come in rising order, so all of them together walk the bytes once.
  #cursorLine = 0;
  #cursorByte = 0;

  constructor(
    bytes: Buffer,
    place: { readonly start: number; readonly firstLine: number; readonly separator: string },
  ) {
    const { separator } = place;
    const text = bytes.toString('utf8');
    this.lines = (text.endsWith(separator) ? text.slice(0, -1) : text).split(separator);
    this.#separator = separator.charCodeAt(0);
    this.firstLine = place.firstLine;
    this.#bytes = bytes;
    this.#start = place.start;
    this.#isClean = isUtf8(bytes);
  }

  /** Bytes in the file before line `index` of this batch. */
  offsetOf(index: number): number {
    return this.#start + this.#byteOf(index);
  }

  /** Whether line `index` could be decoded. A byte that is no UTF-8 would silently become another character. */
  isDecodable(index: number): boolean {
    if (this.#isClean || !this.lines[index]?.includes('\uFFFD')) return true;
    return isUtf8(this.bytesOf(index));
  }

  /** Line `index` as it was read. */
  bytesOf(index: number): Uint8Array {
    const from = this.#byteOf(index);
    const end = this.#bytes.indexOf(this.#separator, from);
    return this.#bytes.subarray(from, end < 0 ? undefined : end);
  }

  #byteOf(index: number): number {
    if (index < this.#cursorLine) this.#cursorLine = this.#cursorByte = 0;
    for (; this.#cursorLine < index; this.#cursorLine += 1) {
      this.#cursorByte = this.#bytes.indexOf(this.#separator, this.#cursorByte) + 1;
    }
    return this.#cursorByte;
  }
}

/**
 * Cuts the chunks of one file into lines. Bytes are cut, not text, so a character that lies across two chunks is
 * decoded whole. All lines of a chunk are decoded and split in one call each: one line at a time is half as fast.
 */
export class LineSplitter {
  // The start of a line whose end has not come, in pieces: joining at each chunk is quadratic for a long line.
  #pieces: Buffer[] = [];
  #held = 0;
  #start = 0;
  #nextLine = 1;
  #isSkipping = false;
  #longLine: LongLine | undefined;
  readonly #limit: number;
  readonly #separator: string;
  readonly #separatorByte: number;

  constructor({ limit = LONGEST_LINE, separator = NEWLINE }: SplitterOptions = {}) {
    this.#limit = limit;
    this.#separator = separator;
    this.#separatorByte = separator.charCodeAt(0);
  }

  /** The line, if `push` has just found one that is too long. It tells so once, before the line has ended. */
  takeLongLine(): LongLine | undefined {
    const found = this.#longLine;
    this.#longLine = undefined;
    return found;
  }

  /** The number of the first line that was not given yet. */
  get nextLine(): number {
    return this.#nextLine;
  }

  /** Takes the next chunk and gives the lines that are now whole, if any. */
  push(chunk: Buffer): LineBatch | undefined {
    if (this.#isSkipping) return this.#skip(chunk);
    const end = chunk.lastIndexOf(this.#separatorByte) + 1;
    if (end === 0) {
      this.#hold(chunk);
      if (this.#held > this.#limit) this.#giveUpLine();
      return undefined;
    }
    this.#pieces.push(chunk.subarray(0, end));
    const batch = this.#take();
    this.#hold(chunk.subarray(end));
    return batch;
  }

  /** Gives the last line, if the file does not end with a newline. */
  end(): LineBatch | undefined {
    return this.#pieces.length === 0 ? undefined : this.#take();
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#held += bytes.length;
  }

  #giveUpLine(): void {
    const head = Buffer.concat(this.#pieces.map((piece) => piece.subarray(0, EXCERPT_BYTES)));
    const excerpt = head.subarray(0, EXCERPT_BYTES).toString('utf8');
    this.#longLine = { line: this.#nextLine, offset: this.#start, excerpt, limit: this.#limit };
    this.#start += this.#held;
    this.#nextLine += 1;
    this.#isSkipping = true;
    this.#pieces = [];
    this.#held = 0;
  }

  #skip(chunk: Buffer): LineBatch | undefined {
    const end = chunk.indexOf(this.#separatorByte) + 1;
    this.#isSkipping = end === 0;
    this.#start += end === 0 ? chunk.length : end;
    return end === 0 ? undefined : this.push(chunk.subarray(end));
  }

  #take(): LineBatch {
    const [only] = this.#pieces;
    let bytes = only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    if (this.#start === 0 && hasByteOrderMark(bytes)) {
      bytes = bytes.subarray(BYTE_ORDER_MARK.length);
      this.#start = BYTE_ORDER_MARK.length;
    }
    const batch = new LineBatch(bytes, {
      start: this.#start,
      firstLine: this.#nextLine,
      separator: this.#separator,
    });
    this.#start += bytes.length;
    this.#nextLine += batch.lines.length;
    return batch;
  }
}
