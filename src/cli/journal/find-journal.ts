import { CliError } from '../cli-error.ts';
import { orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import { type JournalMeta, readMeta } from './meta.ts';

/**
 * What the journal in a folder is about.
 *
 * @throws {CliError} with exit code 2 if there is none; with 4 if it cannot be read.
 */
export async function findJournal(files: JournalFiles, folder: string): Promise<JournalMeta> {
  const size = await orJournalError('read', folder, files.size(folder));
  if (size === undefined) throw new CliError(`there is no journal ${folder}: no such file or directory`);
  try {
    await files.list(folder);
  } catch (error) {
    throw new CliError(`${folder} is no journal: it is not a folder that can be read`, { cause: error });
  }
  const meta = await readMeta(files, folder);
  if (meta === undefined) throw new CliError(`${folder} is no journal: it has no meta.json`);
  return meta;
}
