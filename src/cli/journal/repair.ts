import { dirname } from 'node:path';
import { heldPath, listHeld } from './held-file.ts';
import { orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import { listLogs, logPath } from './log-files.ts';
import type { JournalPlace, Replay } from './replay.ts';

/**
 * Brings the disk to where the replay left off: cuts the log and the output to what is trusted, removes held-back
 * results that are in the output, and makes sure that all the rest is durable. It may be cut off anywhere itself: the
 * next replay comes to the same end.
 */
export async function repairJournal(files: JournalFiles, place: JournalPlace, replay: Replay): Promise<void> {
  const { folder, output } = place;
  await orJournalError('repair', folder, repairLogs(files, folder, replay));
  if (output !== undefined) await orJournalError('repair', output, repairOutput(files, output, replay));
  // Only now: a result that was held back is needed until the output with it is durable.
  await orJournalError('repair', folder, tidyHeld(files, folder, replay));
  await orJournalError('sync', folder, files.syncFolder(folder));
}

// From the last file to the first: what is left of the untrusted part keeps its bad line in front.
async function repairLogs(files: JournalFiles, folder: string, { end }: Replay): Promise<void> {
  for (const number of (await listLogs(files, folder)).reverse()) {
    const path = logPath(folder, number);
    if (number > end.number) {
      await files.remove(path);
      continue;
    }
    if (number === end.number) await files.truncate(path, end.size);
    await sync(files, path);
  }
}

async function repairOutput(files: JournalFiles, path: string, replay: Replay): Promise<void> {
  await sync(files, path);
  await files.truncate(path, replay.output);
  await files.syncFolder(dirname(path));
}

async function tidyHeld(files: JournalFiles, folder: string, { items }: Replay): Promise<void> {
  const waiting = new Set(items.heldResults.map(({ session }) => session));
  for (const session of await listHeld(files, folder)) {
    const path = heldPath(folder, session);
    if (waiting.has(session)) await sync(files, path);
    else await files.remove(path);
  }
}

// A process that was killed left bytes that only the system knows of. Records of the next session build on them.
async function sync(files: JournalFiles, path: string): Promise<void> {
  const file = await files.open(path, 'append');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}
