import type { Readable } from 'node:stream';
import { CliError, describeSystemError } from '../cli-error.ts';
import { ItemError } from '../failures/item-error.ts';
import type { CsvHeader } from './csv-columns.ts';
import { formatOfName, type InputFormat, isRowFormat, type RowFormat } from './formats.ts';
import type { Item, ItemCount, ItemSource } from './item.ts';
import { type LineFormatChoice, LineItems } from './line-items.ts';
import { ReadCount } from './read-count.ts';
import type { RowItems } from './row-items.ts';
import { type InputSource, totalBytes } from './source.ts';

/** What a reader may be told besides what to read. */
export interface ItemReaderOptions {
  /** The most bytes that a line or row may have. */
  readonly longestLine?: number;
  /** Items there will be, as somebody knows who has counted; for the bar. */
  readonly total?: number | undefined;
  /** Hears of the header of each CSV file before its first item. What it throws ends that file. */
  readonly onHeader?: (header: CsvHeader, source: string | undefined) => void;
}

/** Reads all sources, one after another. The items of one chunk come together. */
export class ItemReader implements ItemSource {
  readonly #bytesTotal: number | undefined;
  readonly #count: ReadCount = new ReadCount();
  readonly #from: 'auto' | InputFormat;
  readonly #options: ItemReaderOptions;
  readonly #sources: readonly InputSource[];
  // One for all files: the first line decides what the others are.
  readonly #choice: LineFormatChoice;
  #bytesRead = 0;
  #isExhausted = false;
  #isStopped = false;
  #stream: Readable | undefined;
  #endRead: () => void = () => {};

  constructor(sources: readonly InputSource[], from: 'auto' | InputFormat, options: ItemReaderOptions = {}) {
    this.#options = options;
    this.#sources = sources;
    this.#from = from;
    this.#choice = { format: from === 'auto' || isRowFormat(from) ? undefined : from };
    this.#bytesTotal = totalBytes(sources);
  }

  get itemsWaiting(): number {
    return this.#count.waiting;
  }

  get isExhausted(): boolean {
    return this.#isRead && this.#count.waiting === 0;
  }

  expectedItems(): ItemCount | undefined {
    const seen = this.#count.items + this.#count.waiting;
    if (this.#isRead) return { count: seen, isExact: true };
    if (this.#options.total !== undefined)
      return { count: Math.max(seen, this.#options.total), isExact: true };
    if (this.#bytesTotal === undefined || this.#bytesRead === 0) return undefined;
    return { count: Math.round((seen * this.#bytesTotal) / this.#bytesRead), isExact: false };
  }

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

  get #isRead(): boolean {
    return this.#isExhausted || this.#bytesRead === this.#bytesTotal;
  }

  async *#readSource(source: InputSource): AsyncGenerator<Iterable<Item>> {
    const format = this.#from === 'auto' ? formatOfName(source.name) : this.#from;
    const parser = isRowFormat(format) ? await this.#rowsOf(source, format) : this.#linesOf(source);
    if (this.#isStopped) return;
    this.#stream = source.open();
    const chunks = this.#stream[Symbol.asyncIterator]();
    try {
      for (;;) {
        const chunk = await this.#read(chunks);
        if (chunk === undefined) break;
        this.#bytesRead += chunk.length;
        // Not `yield*`: it would cost a turn of the microtask queue for each chunk.
        for (const items of parser.push(chunk)) yield items;
      }
      if (!this.#isStopped) for (const items of parser.end()) yield items;
    } catch (error) {
      // A command that is wrong, if nothing was started: then it can be given again as it is.
      if (error instanceof CliError && this.#count.items === 0) throw error;
      // The rest of this file is one failed item. The other files are still worth reading.
      yield [this.#failedRead(error, parser.nextLine, source.name)];
    }
  }

  #linesOf({ name }: InputSource): LineItems {
    return new LineItems(this.#choice, this.#count, { source: name, longest: this.#options.longestLine });
  }

  async #rowsOf({ name }: InputSource, format: RowFormat): Promise<RowItems> {
    // Loaded here: an input of lines does not wait for the parser of rows.
    const { RowItems } = await import('./row-items.ts');
    const { longestLine: longest, onHeader } = this.#options;
    const options = {
      format,
      source: name,
      longest,
      onHeader: (header: CsvHeader) => onHeader?.(header, name),
    };
    return new RowItems(options, this.#count);
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

  #failedRead(cause: unknown, line: number, source: string | undefined): Item {
    const message =
      cause instanceof CliError
        ? cause.message
        : `the rest of ${source ?? 'stdin'} was not read: ${describeSystemError(cause)}`;
    this.#count.items += 1;
    const error = new ItemError('ERR_INPUT_READ', message, { cause });
    return { id: this.#count.items, value: undefined, error, line, source, raw: undefined };
  }
}
