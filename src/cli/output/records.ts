import type { Item } from '../input/item.ts';
import type { Encoder } from './encoder.ts';
import type { OutputRecord } from './output-record.ts';

/** Stands for an item that leaves nothing in the output. */
export const NO_RECORD = '';

/** Why an item has no result. */
export type Shortfall =
  | { readonly status: 'failed' | 'cancelled'; readonly error: unknown }
  | { readonly status: 'skipped'; readonly reason: string };

/** Makes the record of each item from what came of it. */
export interface Records {
  /** The function is about to be called. */
  begin(item: Item): void;
  /** Throws when the result cannot be written; then `fallShort` has the last word. */
  succeed(item: Item, result: unknown, attempts: number): OutputRecord;
  fallShort(item: Item, why: Shortfall, attempts: number): OutputRecord;
  /** What an attempt came to, a result or an error, will not be written: it came too late, or another attempt follows. */
  forget?(outcome: unknown): void;
}

/** Records that are the results, and nothing of items that have none. */
export class PlainRecords implements Records {
  readonly #encode: (result: unknown) => string;

  constructor({ encode }: Pick<Encoder, 'encode'>) {
    this.#encode = encode;
  }

  begin(): void {}

  succeed(_item: Item, result: unknown): string {
    return this.#encode(result);
  }

  fallShort(): string {
    return NO_RECORD;
  }
}
