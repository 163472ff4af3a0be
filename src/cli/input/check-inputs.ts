import { closeSync, openSync, readSync } from 'node:fs';
import { CliError, describeSystemError } from '../cli-error.ts';
import { type CsvHeader, hasSameColumns, otherColumns } from './csv-columns.ts';
import { readHeader } from './csv-header.ts';
import { formatOfName, type InputFormat, isRowFormat, type RowFormat } from './formats.ts';
import { DELIMITERS } from './parse-rows.ts';
import { type Row, RowSplitter } from './row-splitter.ts';
import type { InputSource } from './source.ts';

const READ_AT_ONCE = 64 * 1024;

/**
 * Looks at the header of each CSV file before anything starts. That of a pipe is looked at when it comes. `forFailed`
 * says that rows of all inputs must be able to stand in one file.
 */
export function checkInputs(
  sources: readonly InputSource[],
  from: 'auto' | InputFormat,
  { forFailed }: { readonly forFailed: boolean },
): void {
  const formats = sources.map(({ name }) => (from === 'auto' ? formatOfName(name) : from));
  if (forFailed && new Set(formats).size > 1) {
    throw new CliError('--failed needs inputs of one format: their lines cannot stand in one file');
  }
  let first: { header: CsvHeader; name: string } | undefined;
  for (const [index, { name, stats }] of sources.entries()) {
    const format = formats[index];
    if (name === undefined || !stats?.isFile() || !isRowFormat(format)) continue;
    const row = readFirstRow(name, format);
    if (row === undefined) continue;
    const header = readHeader(row, format, name);
    first ??= { header, name };
    if (forFailed && !hasSameColumns(header, first.header)) throw otherColumns(name, first.name);
  }
}

function readFirstRow(path: string, format: RowFormat): Row | undefined {
  const splitter = new RowSplitter(DELIMITERS[format]);
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    for (;;) {
      const chunk = Buffer.alloc(READ_AT_ONCE);
      const length = readSync(fd, chunk);
      const rows = length === 0 ? splitter.end() : splitter.push(chunk.subarray(0, length));
      const row = rows.find(({ bytes }) => bytes.length > 0);
      if (row !== undefined || length === 0) return row;
    }
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${describeSystemError(error)}`, { cause: error });
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
