import type { Item } from '../input/item.ts';
import { describeThrown } from '../thrown.ts';
import { encodeRecord } from './encode.ts';
import type { Records, Shortfall } from './records.ts';

/**
 * A record of every item, also of those that failed or were skipped:
 *
 * - `id`, `source`, `line`: its number in the input and its place there; no `source` for stdin
 * - `item`: what the function was given; absent where the line could not be read
 * - `status`: `done`, `failed`, `skipped` or `cancelled`
 * - `result`: if done
 * - `error`: if failed or cancelled: `name`, `message`, and `code` if it has one; of a bad line also `offset` and
 *   `excerpt`
 * - `reason`: if skipped
 * - `attempts`: how often the function was called for it
 * - `ms`: from the first call to the end of the last one
 */
export class Envelopes implements Records {
  readonly #now: () => number;
  /** What runs, by id: the item as it was before the function could change it, and when it began. */
  readonly #begun: Map<number, { readonly text: string; readonly at: number }> = new Map();

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(item: Item): void {
    this.#begun.set(item.id, { text: JSON.stringify(item.value), at: this.#now() });
  }

  succeed(item: Item, result: unknown, attempts: number): string {
    // First what may throw: the item then goes on to fallShort, and has to be known there.
    const text = encodeRecord(result).trimEnd();
    return this.#envelope(item, ['"status":"done"', `"result":${text}`], attempts);
  }

  fallShort(item: Item, why: Shortfall, attempts: number): string {
    const status = `"status":"${why.status}"`;
    const detail =
      why.status === 'skipped'
        ? `"reason":${JSON.stringify(why.reason)}`
        : `"error":${JSON.stringify(fieldsOf(why.error))}`;
    return this.#envelope(item, [status, detail], attempts);
  }

  #envelope({ id, source, line }: Item, fields: readonly string[], attempts: number): string {
    const begun = this.#begun.get(id);
    this.#begun.delete(id);
    const ms = begun === undefined ? 0 : Math.round((this.#now() - begun.at) * 1000) / 1000;
    const all = [
      `"id":${id}`,
      ...(source === undefined ? [] : [`"source":${JSON.stringify(source)}`]),
      `"line":${line}`,
      ...(begun === undefined ? [] : [`"item":${begun.text}`]),
      ...fields,
      `"attempts":${attempts}`,
      `"ms":${ms}`,
    ];
    return `{${all.join()}}\n`;
  }
}

/** An error as JSON can hold it. Anything can be thrown, also what throws when it is looked at. */
function fieldsOf(error: unknown): Record<string, unknown> {
  try {
    if (!(error instanceof Error)) return { name: 'Error', message: describeThrown(error) };
    const fields: Record<string, unknown> = { name: String(error.name), message: String(error.message) };
    for (const key of ['code', 'offset', 'excerpt']) {
      const value: unknown = Reflect.get(error, key);
      if (typeof value === 'string' || typeof value === 'number') fields[key] = value;
    }
    return fields;
  } catch {
    return { name: 'Error', message: describeThrown(error) };
  }
}
