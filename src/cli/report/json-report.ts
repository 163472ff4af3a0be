import type { ItemRow } from '../journal/item-history.ts';
import { identityText } from './item-label.ts';
import { isoTime, sessionFacts, stateFacts } from './journal-facts.ts';
import type { Report } from './report.ts';

/** One JSON document, with a line for each item, so that tools that read lines can do without a parser of streams. */
export async function* jsonReport({ folder, survey, items }: Report): AsyncGenerator<string> {
  const { counts, sessions } = survey;
  const head = { journal: folder, ...stateFacts(survey), counts, sessions: sessions.map(sessionFacts) };
  // The object stays open for its last field.
  yield `${JSON.stringify(head).slice(0, -1)},"items":[`;
  let separator = '\n';
  for await (const rows of items) {
    if (rows.length === 0) continue;
    yield separator + rows.map((row) => JSON.stringify(itemFacts(row))).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

// What is not known of an item is null; what there is none of, such as an error, is left out.
function itemFacts({ n, id, status, attempts, start, ms, bytes, error, item, reason }: ItemRow): object {
  const known = { n, identity: identityText(id), status, attempts, start: isoTime(start) };
  return { ...known, ms: ms ?? null, bytes: bytes ?? null, error, item, reason };
}
