/** A record that is too large to be held in memory. */
export interface LargeRecord {
  /** Gives it piece by piece; nothing else is written in between. Called at most once. */
  pieces(): AsyncIterable<string>;
  /** Nobody wants it. In place of `pieces`. */
  discard(): void;
}

/** What an item comes to, as it is written. An empty text is nothing to write. */
export type OutputRecord = string | LargeRecord;

/** Lets go of what a record holds that will not be written; does nothing with what is no large record. */
export function discard(record: unknown): void {
  if (typeof record === 'object' && record !== null && 'pieces' in record) (record as LargeRecord).discard(); // nothing else has pieces
}
