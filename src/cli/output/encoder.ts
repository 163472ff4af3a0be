import { ItemError } from '../failures/item-error.ts';
import { encodeRecord } from './encode.ts';

/** Turns a result into one whole record, newline included; throws an `ItemError` when it cannot. */
export interface Encoder {
  encode(result: unknown): string;
  /** The same as the whole content of a file of its own. */
  encodeFile(record: string): string;
  /** How such a file ends in its name, with the dot. */
  readonly extension: string;
}

/** One JSON value a line. */
export const jsonEncoder: Encoder = {
  encode: encodeRecord,
  encodeFile: (record) => record,
  extension: '.json',
};

/** Strings as they are, everything else as JSON. */
export const lineEncoder: Encoder = {
  encode(result) {
    if (typeof result !== 'string') return encodeRecord(result);
    if (!result.includes('\n')) return `${result}\n`;
    throw new ItemError(
      'ERR_RESULT_NOT_LINE',
      'the result cannot be written as a line: it holds a newline; --to ndjson can write it',
    );
  },
  encodeFile: (record) => record,
  extension: '.txt',
};
