/** A record that is too large to be held in memory. */
export interface LargeRecord {
  /** Gives it piece by piece; nothing else is written in between. Called at most once. */
  pieces(): AsyncIterable<string>;
}

/** What an item comes to, as it is written. An empty text is nothing to write. */
export type OutputRecord = string | LargeRecord;

// What a large record counts where records are held back. It costs a file descriptor, and those are dear: the limit
// that holds 64 MB of ordinary records then lets sixty of these wait.
const LARGE_RECORD_COST = 1024 * 1024;

/** What a record costs to be held. */
export function recordCost(record: OutputRecord): number {
  return typeof record === 'string' ? record.length : LARGE_RECORD_COST;
}
