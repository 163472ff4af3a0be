/** A record that is too large to be held in memory. */
export interface LargeRecord {
  /** Gives it piece by piece; nothing else is written in between. Called at most once. */
  pieces(): AsyncIterable<string>;
}

/** What an item comes to, as it is written. An empty text is nothing to write. */
export type OutputRecord = string | LargeRecord;
