import { stringify } from 'csv-stringify/sync';
import { ItemError } from '../failures/item-error.ts';
import { encodeRecord } from './encode.ts';
import type { Encoder } from './encoder.ts';

/** Hears of the header as soon as it is known, which is before any row is given away. */
export type OnHeader = (header: string, columns: readonly string[]) => void;

/** Rows under the field names of the first result; or under `known` columns, which have their header already. */
export function createCsvEncoder(onHeader: OnHeader, known?: readonly string[]): Encoder {
  let columns = known;
  let header = known === undefined ? '' : row(known);
  return {
    encode(result) {
      const fields = fieldsOf(result);
      if (columns === undefined) {
        const names = Object.keys(fields);
        if (names.length === 0) throw notCsv('it has no fields');
        columns = names;
        header = row(names);
        onHeader(header, names);
      }
      checkFields(fields, columns);
      return row(columns.map((name) => fields[name]));
    },
    encodeFile: (record) => header + record,
    extension: '.csv',
  };
}

// By way of JSON, so that both formats hold the same: dates as text, no functions, and what would be lost is refused.
function fieldsOf(result: unknown): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(encodeRecord(result));
  if (Array.isArray(value)) throw notCsv('it is an array; return an object');
  if (typeof value !== 'object' || value === null) {
    throw notCsv(`it is ${value === null ? 'null' : `a ${typeof value}`}; return an object`);
  }
  return { ...value };
}

function checkFields(fields: Readonly<Record<string, unknown>>, columns: readonly string[]): void {
  const extra = Object.keys(fields).find((name) => !columns.includes(name));
  if (extra === undefined) return;
  throw notCsv(`the first result has no field ${JSON.stringify(extra)}, so there is no column for it`);
}

function row(values: readonly unknown[]): string {
  return stringify([[...values]], {
    cast: { boolean: (value) => String(value) },
    // A row of one empty field would be an empty line, which readers take for nothing.
    quoted_empty: values.length === 1,
  });
}

function notCsv(why: string): ItemError {
  return new ItemError('ERR_RESULT_NOT_CSV', `the result cannot be written as CSV: ${why}`);
}
