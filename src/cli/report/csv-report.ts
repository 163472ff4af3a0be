import { stringify } from 'csv-stringify/sync';
import type { ItemRow } from '../journal/item-history.ts';
import { identityText } from './item-label.ts';
import { isoTime } from './journal-facts.ts';
import type { Report } from './report.ts';

const COLUMNS = ['n', 'identity', 'status', 'attempts', 'start', 'ms', 'bytes']
  .concat(['error_name', 'error_code', 'error_message'])
  .concat(['item', 'reason']);

/** A row for each item, below a header. */
export async function* csvReport({ items }: Report): AsyncGenerator<string> {
  yield stringify([COLUMNS]);
  for await (const rows of items) if (rows.length > 0) yield stringify(rows.map(fieldsOf));
}

function fieldsOf({ n, id, status, attempts, start, ms, bytes, error, item, reason }: ItemRow): unknown[] {
  const known = [n, identityText(id), status, attempts, isoTime(start), ms, bytes];
  return [...known, error?.name, error?.code, error?.message, item, reason];
}
