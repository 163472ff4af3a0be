import { isUtf8 } from 'node:buffer';
import type { CsvHeader } from './csv-columns.ts';
import { readHeader } from './csv-header.ts';
import { InputLineError, type RowFormat } from './formats.ts';
import type { Item } from './item.ts';
import { DELIMITERS, parseRows } from './parse-rows.ts';
import type { ReadCount } from './read-count.ts';
import { type Row, RowSplitter } from './row-splitter.ts';

const NEWLINE = Buffer.from('\n');

/** Where the rows of a file come from and what becomes of its header. */
export interface RowItemsOptions {
  readonly format: RowFormat;
  readonly source: string | undefined;
  readonly longest: number | undefined;
  /** Called once, before the first item; what it throws ends this file. */
  readonly onHeader: (header: CsvHeader) => void;
}

/** Turns the chunks of one CSV or TSV file into items: an object for each row below the header. */
export class RowItems {
  readonly #options: RowItemsOptions;
  readonly #count: ReadCount;
  readonly #splitter: RowSplitter;
  #names: readonly string[] | undefined;

  constructor(options: RowItemsOptions, count: ReadCount) {
    this.#options = options;
    this.#count = count;
    this.#splitter = new RowSplitter(DELIMITERS[options.format], options.longest);
  }

  /** The number of the first line that was not given yet. */
  get nextLine(): number {
    return this.#splitter.nextLine;
  }

  /** The items that are whole now. */
  push(chunk: Buffer): Iterable<Item>[] {
    return this.#take(this.#splitter.push(chunk));
  }

  /** The last item, if nothing ended it but the file. */
  end(): Iterable<Item>[] {
    return this.#take(this.#splitter.end());
  }

  #take(found: readonly Row[]): Iterable<Item>[] {
    let rows = found.filter((row) => row.bytes.length > 0);
    const [first] = rows;
    if (this.#names === undefined && first !== undefined) {
      const { format, source, onHeader } = this.#options;
      const header = readHeader(first, format, source);
      onHeader(header);
      this.#names = header.names;
      rows = rows.slice(1);
    }
    return rows.length === 0 ? [] : [this.#items(rows)];
  }

  *#items(rows: readonly Row[]): Generator<Item> {
    const count = this.#count;
    count.waiting = rows.length;
    // All good rows of a chunk are parsed in one call: what a call costs is more than what a row does.
    const good = rows.filter((row) => row.problem === undefined);
    const parsed = parseRows(joinRows(good), this.#options.format);
    let next = 0;
    for (const row of rows) {
      count.waiting -= 1;
      count.items += 1;
      const fields = row.problem === undefined ? parsed[next++] : undefined;
      yield this.#item(row, fields, count.items);
    }
  }

  #item(row: Row, fields: readonly string[] | undefined, id: number): Item {
    const names = this.#names ?? [];
    const problem = row.problem ?? describeWidth(fields, names);
    return {
      id,
      value: problem === undefined && fields !== undefined ? objectOf(names, fields) : undefined,
      error: problem === undefined ? undefined : rowError(problem, row),
      line: row.line,
      source: this.#options.source,
      raw: row.isWhole ? row.bytes : undefined,
    };
  }
}

function joinRows(rows: readonly Row[]): Buffer {
  return Buffer.concat(rows.flatMap((row) => [row.bytes, NEWLINE]));
}

function describeWidth(fields: readonly string[] | undefined, names: readonly string[]): string | undefined {
  if (fields?.length === names.length) return undefined;
  return `the row has ${fields?.length ?? 0} fields, the header has ${names.length}`;
}

// Defined, not assigned: a column may be called `__proto__`.
function objectOf(names: readonly string[], fields: readonly string[]): object {
  return Object.fromEntries(names.map((name, index) => [name, fields[index]]));
}

function rowError(problem: string, { bytes, offset }: Row): InputLineError {
  // A row may be megabytes long; 160 bytes are 40 characters or more.
  const head = bytes.subarray(0, 164);
  return new InputLineError(problem, { offset, line: head.toString(isUtf8(head) ? 'utf8' : 'latin1') });
}
