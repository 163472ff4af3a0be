import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import type { HeldResult } from './records.ts';

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

/** A result that was held back; `undefined` if it is damaged or lost. */
export async function tryReadHeld(
  files: JournalFiles,
  folder: string,
  { session, at, size, sum }: HeldResult,
): Promise<string | undefined> {
  const path = heldPath(folder, session);
  if (((await files.size(path)) ?? 0) < at + size) return undefined;
  const bytes = await orJournalError('read', path, files.read(path, at, size));
  return bytes.length === size && crc32(bytes) === sum ? bytes.toString() : undefined;
}

/** A result that was held back, and that was there when the session began. */
export async function readHeld(files: JournalFiles, folder: string, held: HeldResult): Promise<string> {
  const text = await tryReadHeld(files, folder, held);
  if (text === undefined) {
    throw journalError(
      `${heldPath(folder, held.session)} is damaged at byte ${held.at}; resume to run that item again`,
    );
  }
  return text;
}
