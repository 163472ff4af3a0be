import type { Clock } from '../../primitives/clock.ts';
import type { CliError } from '../cli-error.ts';
import type { Extent } from './batch.ts';
import type { JournalFile } from './journal-files.ts';
import type { LogFiles } from './log-files.ts';
import type { JournalRecord } from './records.ts';
import type { TextEncoding } from './text-buffer.ts';

/** When records are put on disk: each before anything is told of it, together every so often, or when the system likes. */
export type SyncMode = 'always' | 'batch' | 'none';

/** What a group commit writes to. There is no output file where results go into a pipe or nowhere. */
export interface CommitFiles {
  readonly output: JournalFile | undefined;
  readonly held: JournalFile | undefined;
  readonly log: LogFiles;
}

/** How to commit, and whom to tell that it is over. */
export interface CommitOptions {
  readonly sync: SyncMode;
  /** Called once, when a write or a sync failed: nothing is written after it. */
  readonly onFailure: (error: CliError) => void;
  /**
   * Whether nothing runs that could have more to record. Asked when all code that can run has run: if so, there is nothing
   * to wait for. It saves the way round the event loop, which with ten short items a write was half of what they took.
   */
  readonly isQuiet?: () => boolean;
  /** Of results. */
  readonly encoding?: TextEncoding;
  readonly clock?: Clock;
}

/** A record, and the bytes that have to be there before it; or a piece of such bytes, whose record comes later. */
export interface Entry {
  readonly record?: JournalRecord;
  readonly output?: string | undefined;
  readonly held?: string | undefined;
  /** How far the session is with this record. */
  readonly extent?: Extent;
}
