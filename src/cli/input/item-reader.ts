import type { Readable } from 'node:stream';
import { describeSystemError } from '../cli-error.ts';
import { ItemError } from '../failures/item-error.ts';
import { formatCount } from '../progress/figures.ts';
import { detectFormat, type InputFormat, InputLineError, isEmptyLine, parseLine } from './formats.ts';
import { type LineBatch, LineSplitter, type LongLine } from './line-splitter.ts';
import { type InputSource, totalBytes } from './source.ts';

/** One line of input on its way to the user's function. */
export interface Item {
  /** Its number in the whole input, from 1; lines that hold nothing are not counted. */
  readonly id: number;
  readonly value: unknown;
  /** Why there is no value. */
  readonly error: unknown;
  readonly line: number;
  /** The file, where there is a name to tell. */
  readonly source: string | undefined;
}

/**
 * Reads all sources, one after another. Gives the items of one chunk at a time, since a turn of the event loop per
 * line costs more than parsing it; the next chunk is read when the consumer comes back for it.
 */
export class ItemReader implements AsyncIterable<Iterable<Item>> {
  readonly bytesTotal: number | undefined;
  #bytesRead = 0;
  #itemsRead = 0;
  #linesWaiting = 0;
  #isExhausted = false;
  #isStopped = false;
  #stream: Readable | undefined;
  #endRead: () => void = () => {};
  #format: InputFormat | undefined;
  readonly #longestLine: number | undefined;
  readonly #sources: readonly InputSource[];

  constructor(
    sources: readonly InputSource[],
    from: 'auto' | InputFormat,
    options: { readonly longestLine?: number } = {},
  ) {
    this.#longestLine = options.longestLine;
    this.#sources = sources;
    this.#format = from === 'auto' ? undefined : from;
    this.bytesTotal = totalBytes(sources);
  }

  /** Items given so far. */
  get itemsRead(): number {
    return this.#itemsRead;
  }

  /** Lines that were read and not yet asked for. */
  get linesWaiting(): number {
    return this.#linesWaiting;
  }

  /** Whether no line is left, in the input or here. */
  get isExhausted(): boolean {
    const isRead = this.#isExhausted || this.#bytesRead === this.bytesTotal;
    return isRead && this.#linesWaiting === 0;
  }

  /** How many items there will be: exact once everything is read, an estimate from the bytes before, if any. */
  expectedItems(): { count: number; isExact: boolean } | undefined {
    const seen = this.#itemsRead + this.#linesWaiting;
    if (this.#isExhausted || this.#bytesRead === this.bytesTotal) return { count: seen, isExact: true };
    if (this.bytesTotal === undefined || this.#bytesRead === 0) return undefined;
    return { count: Math.round((seen * this.bytesTotal) / this.#bytesRead), isExact: false };
  }

  /** Reads no more, also when a chunk is being waited for. */
  stop(): void {
    this.#isStopped = true;
    this.#endRead();
    this.#stream?.destroy();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Iterable<Item>> {
    for (const source of this.#sources) {
      if (this.#isStopped) return;
      yield* this.#readSource(source);
    }
    this.#isExhausted = !this.#isStopped;
  }

  async *#readSource(source: InputSource): AsyncGenerator<Iterable<Item>> {
    const splitter = new LineSplitter(this.#longestLine);
    this.#stream = source.open();
    const chunks = this.#stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const chunk = await this.#read(chunks);
        if (chunk === undefined) break;
        this.#bytesRead += chunk.length;
        const batch = splitter.push(chunk);
        const longLine = splitter.takeLongLine();
        if (longLine !== undefined) yield [this.#longLine(longLine, source.name)];
        if (batch !== undefined) yield this.#items(batch, source.name);
      }
      const rest = this.#isStopped ? undefined : splitter.end();
      if (rest !== undefined) yield this.#items(rest, source.name);
    } catch (error) {
      // The rest of this file is one failed item. The other files are still worth reading.
      yield [this.#failedRead(error, splitter.nextLine, source.name)];
    }
  }

  /** The next chunk; `undefined` at the end, and at once when the reader is stopped. */
  #read(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
    // Destroying the stream would end the wait too, but only when a read that the system is busy with comes back.
    // Not a race against one promise of the stop: that would gather a reaction for every chunk of an endless input.
    return new Promise((resolve, reject) => {
      this.#endRead = () => resolve(undefined);
      if (this.#isStopped) return resolve(undefined);
      chunks.next().then(({ done, value }) => resolve(done ? undefined : value), reject);
    });
  }

  *#items(batch: LineBatch, source: string | undefined): Generator<Item> {
    const { lines, firstLine } = batch;
    this.#linesWaiting = lines.length;
    // By index and into one literal: `entries()` and spreads made this the dearest place of a whole run.
    for (let index = 0; index < lines.length; index += 1) {
      this.#linesWaiting -= 1;
      const line = lines[index] ?? '';
      const format = this.#formatFor(line);
      if (isEmptyLine(line, format)) continue;
      this.#itemsRead += 1;
      const item = {
        id: this.#itemsRead,
        value: undefined,
        error: undefined,
        line: firstLine + index,
        source,
      };
      fill(item, batch, index, format);
      yield item;
    }
  }

  #failedRead(cause: unknown, line: number, source: string | undefined): Item {
    const message = `the rest of ${source ?? 'stdin'} was not read: ${describeSystemError(cause)}`;
    return this.#failedItem(new ItemError('ERR_INPUT_READ', message, { cause }), line, source);
  }

  #longLine({ line, offset, excerpt, limit }: LongLine, source: string | undefined): Item {
    const message = `the line is longer than ${formatCount(limit)} bytes`;
    return this.#failedItem(new InputLineError(message, { offset, line: excerpt }), line, source);
  }

  #failedItem(error: ItemError, line: number, source: string | undefined): Item {
    this.#itemsRead += 1;
    return { id: this.#itemsRead, value: undefined, error, line, source };
  }

  #formatFor(line: string): InputFormat {
    if (this.#format !== undefined) return this.#format;
    if (line.trim() === '') return 'ndjson';
    this.#format = detectFormat(line);
    return this.#format;
  }
}

function fill(
  item: { value: unknown; error: unknown },
  batch: LineBatch,
  index: number,
  format: InputFormat,
): void {
  const line = batch.lines[index] ?? '';
  if (!batch.isDecodable(index)) {
    item.error = new InputLineError('the line is not valid UTF-8', { offset: batch.offsetOf(index), line });
    return;
  }
  try {
    item.value = parseLine(line, format);
  } catch {
    // V8's own words differ from line to line and between versions: they would split one cause into many rows.
    item.error = new InputLineError('the line is not valid JSON', { offset: batch.offsetOf(index), line });
  }
}
