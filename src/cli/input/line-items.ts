import { formatCount } from '../progress/figures.ts';
import { detectFormat, InputLineError, isEmptyLine, type LineFormat, parseLine } from './formats.ts';
import type { Item, RawItem } from './item.ts';
import { type LineBatch, LineSplitter, type LongLine } from './line-splitter.ts';
import type { ReadCount } from './read-count.ts';

const NEWLINE = '\n';
const NUL = '\0';

/** The format of all inputs that are lines. `undefined` until the first line decides it. */
export interface LineFormatChoice {
  format: LineFormat | undefined;
}

/** Turns the chunks of one file into items, one for each line. */
export class LineItems {
  readonly #splitter: LineSplitter;
  readonly #choice: LineFormatChoice;
  readonly #count: ReadCount;
  readonly #source: string | undefined;

  constructor(
    choice: LineFormatChoice,
    count: ReadCount,
    { source, longest }: { readonly source: string | undefined; readonly longest: number | undefined },
  ) {
    const separator = choice.format === 'nul' ? NUL : NEWLINE;
    this.#splitter = new LineSplitter({ limit: longest, separator });
    this.#choice = choice;
    this.#count = count;
    // There are no lines between NULs: `stdin:3` is the third item, `line 3` would be looked for elsewhere.
    this.#source = source ?? (choice.format === 'nul' ? 'stdin' : undefined);
  }

  /** The number of the first line that was not given yet. */
  get nextLine(): number {
    return this.#splitter.nextLine;
  }

  /** The items that are whole now. */
  push(chunk: Buffer): Iterable<Item>[] {
    const batch = this.#splitter.push(chunk);
    const longLine = this.#splitter.takeLongLine();
    const parts = longLine === undefined ? [] : [[this.#tooLong(longLine)]];
    return batch === undefined ? parts : [...parts, this.#items(batch)];
  }

  /** The last item, if nothing ended it but the file. */
  end(): Iterable<Item>[] {
    const rest = this.#splitter.end();
    return rest === undefined ? [] : [this.#items(rest)];
  }

  *#items(batch: LineBatch): Generator<Item> {
    const { lines, firstLine } = batch;
    const count = this.#count;
    count.waiting = lines.length;
    // By index and into one literal: `entries()` and spreads made this the dearest place of a whole run.
    for (let index = 0; index < lines.length; index += 1) {
      count.waiting -= 1;
      const line = lines[index] ?? '';
      const format = this.#formatFor(line);
      if (isEmptyLine(line, format)) continue;
      count.items += 1;
      const item = {
        id: count.items,
        value: undefined,
        error: undefined,
        line: firstLine + index,
        source: this.#source,
        raw: line,
        // Set later: with room for it from the beginning an item is one object.
        begun: undefined,
      };
      fill(item, batch, index, format);
      yield item;
    }
  }

  #tooLong({ line, offset, excerpt, limit }: LongLine): Item {
    const message = `the line is longer than ${formatCount(limit)} bytes`;
    const error = new InputLineError(message, { offset, line: excerpt });
    this.#count.items += 1;
    return { id: this.#count.items, value: undefined, error, line, source: this.#source, raw: undefined };
  }

  #formatFor(line: string): LineFormat {
    const { format } = this.#choice;
    if (format !== undefined) return format;
    if (line.trim() === '') return 'ndjson';
    this.#choice.format = detectFormat(line);
    return this.#choice.format;
  }
}

function fill(
  item: { value: unknown; error: unknown; raw: RawItem },
  batch: LineBatch,
  index: number,
  format: LineFormat,
): void {
  const line = batch.lines[index] ?? '';
  if (!batch.isDecodable(index)) {
    item.error = new InputLineError(`the ${nameOf(format)} is not valid UTF-8`, {
      offset: batch.offsetOf(index),
      line,
    });
    item.raw = batch.bytesOf(index);
    return;
  }
  try {
    item.value = parseLine(line, format);
  } catch {
    // V8's own words differ from line to line and between versions: they would split one cause into many rows.
    item.error = new InputLineError('the line is not valid JSON', { offset: batch.offsetOf(index), line });
  }
}

function nameOf(format: LineFormat): string {
  return format === 'nul' ? 'item' : 'line';
}
