import type { NormalError } from './normal-error.ts';

/** A piece of the output file, `[from, to)` in bytes, and the CRC-32 of what is in it. */
export interface OutputRange {
  readonly from: number;
  readonly to: number;
  readonly sum: number;
}

/** Where a held-back result lies: in the file of the session that wrote it, with the CRC-32 of its bytes. */
export interface HeldResult {
  readonly session: number;
  readonly at: number;
  readonly size: number;
  readonly sum: number;
}

/** What the run does with an item again: it failed, or was running when the last session ended. */
export type Rerun = 'failed' | 'interrupted';

/** The first record of a session: of a run, or of a resume. The output file is on disk up to byte `output`. */
export interface OpenRecord {
  readonly t: 'open';
  readonly session: number;
  /** Milliseconds since 1970; in all other records `ms` counts from here. */
  readonly time: number;
  readonly pid: number;
  readonly output: number;
}

/** `n` is the item's number in the input as this session reads it. */
export interface StartRecord {
  readonly t: 'start';
  readonly n: number;
  readonly ms: number;
  readonly id: string;
  readonly again?: Rerun;
  /** The attempt that it begins with, if that is not the first: those before it have failed in an earlier session. */
  readonly attempt?: number;
}

/** An attempt failed and attempt number `attempt` follows. */
interface RetryRecord {
  readonly t: 'retry';
  readonly n: number;
  readonly ms: number;
  readonly attempt: number;
  readonly error: NormalError;
}

/**
 * What a record says of the start of its item, if that has no record of its own: item and end came so close together
 * that one is enough.
 */
interface WithStart {
  readonly id?: string;
  readonly again?: Rerun;
  readonly attempt?: number;
  /** When it began, if that is not when it ended. */
  readonly began?: number;
}

/** The item is done and its result in the output file. */
export interface DoneRecord extends OutputRange, WithStart {
  readonly t: 'done';
  readonly n: number;
  readonly ms: number;
}

/** The item has ended and what it leaves in the output waits for that of earlier items. */
export interface HeldRecord extends HeldResult {
  readonly t: 'held';
  readonly n: number;
  readonly ms: number;
  /** How it ended, if it is not done: then the fields of such a record are here too. */
  readonly as?: 'failed' | 'skipped';
}

/** A held-back result, known by where it lay, has reached the output file. */
interface WrittenRecord extends OutputRange {
  readonly t: 'written';
  readonly session: number;
  readonly at: number;
}

/** The item failed for good, in attempt number `attempt`. It may leave something in the output, such as an envelope. */
export interface FailedRecord extends Partial<OutputRange> {
  readonly t: 'failed';
  readonly n: number;
  readonly ms: number;
  /** 0 if it was never called. */
  readonly attempt: number;
  readonly error: NormalError;
  /** The beginning of the item, for people. */
  readonly item?: string;
}

/** The function skipped the item. */
export interface SkippedRecord extends Partial<OutputRange> {
  readonly t: 'skipped';
  readonly n: number;
  readonly ms: number;
  readonly reason: string;
}

/** The names of the columns are in the output, ahead of all rows. */
interface HeaderRecord extends OutputRange {
  readonly t: 'header';
  readonly columns: readonly string[];
}

/** The output file is on disk up to byte `output`. */
interface SyncRecord {
  readonly t: 'sync';
  readonly output: number;
}

/** The session ended of its own accord: with all items seen to, or with some left for another one. */
interface CloseRecord {
  readonly t: 'close';
  readonly ms: number;
  readonly left: boolean;
}

/** One line of a log. The names are short because there are two lines for each item. */
export type JournalRecord =
  | OpenRecord
  | StartRecord
  | RetryRecord
  | DoneRecord
  | HeldRecord
  | WrittenRecord
  | HeaderRecord
  | FailedRecord
  | SkippedRecord
  | SyncRecord
  | CloseRecord;

/** A record as JSON, without a line's checksum. What is there for every item is put together by hand. */
export function encodeLine(record: JournalRecord): string {
  if (record.t !== 'done' || record.again !== undefined || record.attempt !== undefined) {
    return JSON.stringify(record);
  }
  const { n, ms, from, to, sum, id, began } = record;
  const start = id === undefined ? '' : `,"id":${quoted(id)}`;
  const before = began === undefined ? '' : `,"began":${began}`;
  return `{"t":"done","n":${n},"ms":${ms},"from":${from},"to":${to},"sum":${sum}${start}${before}}`;
}

// A hash needs no escapes; a key in its place begins with `=`.
function quoted(id: string): string {
  return id.startsWith('=') ? JSON.stringify(id) : `"${id}"`;
}

/** Whether the record covers a piece of the output. */
export function hasRange<R extends JournalRecord>(record: R): record is R & OutputRange {
  return 'to' in record;
}

/** Whether the record says how an item ended. */
export function isEnd({ t }: Pick<JournalRecord, 't'>): boolean {
  return t === 'done' || t === 'held' || t === 'failed' || t === 'skipped';
}
