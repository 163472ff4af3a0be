import { parse } from 'csv-parse/sync';
import type { RowFormat } from './formats.ts';

/** What stands between two fields. */
export const DELIMITERS: Readonly<Record<RowFormat, string>> = { csv: ',', tsv: '\t' };

/** The fields of whole, well-formed rows, as text. A field that holds 1 is `'1'`: a file does not tell what it means. */
export function parseRows(bytes: Buffer, format: RowFormat): string[][] {
  return parse(bytes, {
    delimiter: DELIMITERS[format],
    // Found by itself it would be found anew in each piece of a file, and not always the same.
    record_delimiter: ['\n', '\r\n'],
    relax_column_count: true,
    skip_empty_lines: true,
  });
}
