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

/** Looks whether results that were held back are there as they were written. */
export class HeldFiles {
  readonly #files: JournalFiles;
  readonly #folder: string;
  readonly #readers: Map<number, WindowReader> = new Map();

  constructor(files: JournalFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  async hasWhole({ session, at, size, sum }: HeldResult): Promise<boolean> {
    const path = heldPath(this.#folder, session);
    let reader = this.#readers.get(session);
    if (reader === undefined) {
      if ((await orJournalError('read', path, this.#files.size(path))) === undefined) return false;
      reader = new WindowReader(this.#files, path);
      this.#readers.set(session, reader);
    }
    return (await orJournalError('read', path, sumOf(reader, at, at + size))) === sum;
  }
}

/** A result that was held back, in pieces; and at the end an error if they are not what was written. */
export async function* readHeld(
  files: JournalFiles,
  folder: string,
  { session, at, size, sum }: HeldResult,
): AsyncGenerator<Buffer> {
  const path = heldPath(folder, session);
  let actual = 0;
  for (let done = 0; done < size; done += WINDOW) {
    const piece = await orJournalError(
      'read',
      path,
      files.read(path, at + done, Math.min(WINDOW, size - done)),
    );
    actual = crc32(piece, actual);
    yield piece;
  }
  if (actual !== sum) {
    throw journalError(`${path} is damaged at byte ${at}; resume to run that item again`);
  }
}
