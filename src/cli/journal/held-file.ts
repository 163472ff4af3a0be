import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import type { HeldResult } from './records.ts';
import { sumOf, WINDOW, WindowReader } from './window-reader.ts';

const HELD_NAME = /^held-(\d{6,})\.ndjson$/;

/** The path of the results that session `session` holds back. One file a session: no place in it is used twice. */
export function heldPath(folder: string, session: number): string {
  return join(folder, `held-${String(session).padStart(6, '0')}.ndjson`);
}

/** The sessions of which held-back results are still there. */
export async function listHeld(files: JournalFiles, folder: string): Promise<number[]> {
  const sessions = (await files.list(folder)).map((name) => Number(HELD_NAME.exec(name)?.[1] ?? 0));
  return sessions.filter((session) => session > 0);
}

/** Reads results that were held back, most of them about in the order in which they lie. */
export class HeldFiles {
  readonly #files: JournalFiles;
  readonly #folder: string;
  readonly #readers: Map<number, WindowReader> = new Map();

  constructor(files: JournalFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Whether a result is there as it was written. */
  async hasWhole({ session, at, size, sum }: HeldResult): Promise<boolean> {
    const path = heldPath(this.#folder, session);
    const isThere = (await orJournalError('read', path, this.#files.size(path))) !== undefined;
    if (!isThere) return false;
    return (await orJournalError('read', path, sumOf(this.#readerFor(session), at, at + size))) === sum;
  }

  /** A result in pieces; then an error, if they are not what was written. */
  async *read({ session, at, size, sum }: HeldResult): AsyncGenerator<Buffer> {
    const path = heldPath(this.#folder, session);
    const reader = this.#readerFor(session);
    let actual = 0;
    for (let from = at; from < at + size; from += WINDOW) {
      const piece = await orJournalError('read', path, reader.read(from, Math.min(from + WINDOW, at + size)));
      actual = crc32(piece, actual);
      yield piece;
    }
    if (actual !== sum) {
      throw journalError(`${path} is damaged at byte ${at}; resume to run that item again`);
    }
  }

  #readerFor(session: number): WindowReader {
    let reader = this.#readers.get(session);
    if (reader === undefined) {
      reader = new WindowReader(this.#files, heldPath(this.#folder, session));
      this.#readers.set(session, reader);
    }
    return reader;
  }
}
