import { CliError } from '../cli-error.ts';
import type { CsvHeader } from './csv-columns.ts';
import type { RowFormat } from './formats.ts';
import { parseRows } from './parse-rows.ts';
import type { Row } from './row-splitter.ts';

/** Takes the names from the first row. `source` is the file, for the message of the error that says what is wrong. */
export function readHeader(row: Row, format: RowFormat, source: string | undefined): CsvHeader {
  const refuse = (problem: string): never => {
    throw new CliError(
      `cannot read ${source ?? 'stdin'}: ${problem} (its header, line ${row.line}, byte ${row.offset})`,
    );
  };
  if (row.problem !== undefined) refuse(row.problem);
  const names = parseRows(row.bytes, format)[0] ?? [];
  const empty = names.findIndex((name) => name.trim() === '');
  if (empty >= 0) refuse(`column ${empty + 1} has no name`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(`two columns are named ${JSON.stringify(twice)}`);
  // The whole file is one row then, and without this the run would end well with nothing done.
  if (names.some((name) => name.includes('\r'))) refuse('its lines end with a carriage return alone');
  return { names, raw: row.bytes };
}
