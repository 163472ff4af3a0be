/** An open file that only grows. One call at a time, but for `datasync`, which may run beside an `append`. */
export interface JournalFile {
  readonly path: string;
  /** Resolves when the system has taken all bytes: they outlive the process, not a power loss. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that was appended before the call outlives a power loss. */
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Every touch of the disk that the journal makes. A small interface on purpose: tests put a disk in its place that
 * fails, tears a write in two or forgets what was not synced, at each single call.
 */
export interface JournalFiles {
  /** Opens a file to append to it. Makes it where there is none, and empties it when told so. */
  open(path: string, mode: 'append' | 'empty'): Promise<JournalFile>;
  /** Up to `length` bytes from `at` on; fewer only at the end of the file. */
  read(path: string, at: number, length: number): Promise<Buffer>;
  /** In bytes; `undefined` where there is no file. */
  size(path: string): Promise<number | undefined>;
  /** Cuts a file short, durably. */
  truncate(path: string, size: number): Promise<void>;
  /** Puts a file in the place of another, at once and whole. */
  rename(from: string, to: string): Promise<void>;
  /** No error if it is gone already. */
  remove(path: string): Promise<void>;
  /** The names in a folder; none if there is no such folder. */
  list(folder: string): Promise<string[]>;
  makeFolder(folder: string): Promise<void>;
  /** Makes durable which names a folder holds: a synced file without a name is lost. */
  syncFolder(folder: string): Promise<void>;
}
