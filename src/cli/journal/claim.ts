import { errorCode } from '../../loader/error-facts.ts';
import { CliError, describeSystemError } from '../cli-error.ts';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import { type JournalLock, lockJournal } from './lock.ts';
import { type JournalMeta, readMeta, writeMeta } from './meta.ts';
import { nodeFiles } from './node-files.ts';
import { type JournalPlace, type Replay, replayJournal } from './replay.ts';
import { compareSpec } from './spec.ts';

/** How a run may use a journal that is there already. */
export type ResumeMode = 'no' | 'yes' | 'force';

/** A journal that this process may write, read to its end and not yet changed. */
export interface ClaimedJournal {
  readonly files: JournalFiles;
  /** As the user wrote it, for messages too. */
  readonly folder: string;
  /** The file that results go into, if they go into one. */
  readonly output: string | undefined;
  readonly replay: Replay;
  readonly lock: JournalLock;
}

/** Who wants a journal, and how. */
export interface ClaimRequest {
  readonly meta: JournalMeta;
  readonly resume: ResumeMode;
  /** Called before a wait of seconds, with what is waited for. */
  readonly onWait?: (text: string) => void;
}

/**
 * Takes a journal for the run that `meta` describes: makes a new one, or goes on with one of the same run.
 *
 * @throws {CliError} with exit code 2 if there is one and it is not to be resumed, or the folder is something else; with
 * 4 if it is in use, cannot be read or is of another run.
 */
export async function claimJournal(
  folder: string,
  { meta, resume, onWait }: ClaimRequest,
  files: JournalFiles = nodeFiles,
): Promise<ClaimedJournal> {
  const names = await listNames(files, folder);
  const isJournal = (await readMeta(files, folder)) !== undefined;
  if (!isJournal) refuseOtherFolder(folder, names);
  else if (resume === 'no') {
    throw new CliError(`${folder} is the journal of an earlier run: --resume goes on with it`);
  }
  await orJournalError('make', folder, files.makeFolder(folder));
  const lock = await lockJournal(folder, { files, ...(onWait && { onWait }) });
  try {
    // Read again: the process that had it until now may have made it.
    const recorded = await readMeta(files, folder);
    const place = { folder, output: meta.output ?? undefined };
    if (recorded === undefined) await begin(files, place, meta);
    else if (resume !== 'force') refuseOtherRun(folder, recorded, meta);
    const replay = await replayJournal(files, place);
    // Last: a journal that cannot be gone on with in this way stays what it was.
    if (recorded !== undefined && resume === 'force') {
      await writeMeta(files, folder, { ...meta, created: recorded.created });
    }
    return { files, ...place, replay, lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What the output held before is gone ahead of the journal, so that a journal with an output and no log has lost it. */
async function begin(
  files: JournalFiles,
  { folder, output }: JournalPlace,
  meta: JournalMeta,
): Promise<void> {
  const size = output === undefined ? 0 : await orJournalError('read', output, files.size(output));
  if (output !== undefined && size) {
    await orJournalError('write', output, files.truncate(output, 0));
  }
  await writeMeta(files, folder, meta);
}

function refuseOtherRun(folder: string, recorded: JournalMeta, current: JournalMeta): void {
  const differences = compareSpec(recorded.spec, current.spec);
  if (differences.length === 0) return;
  throw journalError(
    `${folder} is the journal of another run: ${differences.join('; ')}. --resume=force goes on all the same`,
  );
}

// A run that was killed before its meta.json was there leaves nothing else.
const LEFT_OVER = /^(lock-|meta\.json)/;

function refuseOtherFolder(folder: string, names: readonly string[]): void {
  const other = names.find((name) => !LEFT_OVER.test(name));
  if (other !== undefined) throw new CliError(`${folder} is no journal: ${other} is in it`);
}

async function listNames(files: JournalFiles, folder: string): Promise<string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (errorCode(error) !== 'ENOTDIR')
      throw journalError(`cannot read ${folder}: ${describeSystemError(error)}`, error);
    throw new CliError(`${folder} is no journal: it is not a folder`, { cause: error });
  }
}
