import { CliError } from '../cli-error.ts';

/** The first row of a file, which names the columns. */
export interface CsvHeader {
  readonly names: readonly string[];
  /** As it was read, without its newline. */
  readonly raw: Uint8Array;
}

/** Whether two files have the same columns in the same order, so that rows of both can stand in one file. */
export function hasSameColumns(a: CsvHeader, b: CsvHeader): boolean {
  return a.names.length === b.names.length && a.names.every((name, index) => name === b.names[index]);
}

/** Rows of two files cannot stand in one file, below one header. */
export function otherColumns(name: string | undefined, first: string | undefined): CliError {
  return new CliError(
    `cannot keep failed rows of ${name ?? 'stdin'} and ${first ?? 'stdin'} in one file: their columns differ`,
  );
}
