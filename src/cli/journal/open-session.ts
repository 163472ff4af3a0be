import type { CommitOptions } from './commit-parts.ts';
import { GroupCommit } from './group-commit.ts';
import { heldPath } from './held-file.ts';
import { orJournalError } from './journal-error.ts';
import type { JournalFile, JournalFiles } from './journal-files.ts';
import { JournalWriter } from './journal-writer.ts';
import { LogFiles, ROTATE_AT } from './log-files.ts';
import { repairJournal } from './repair.ts';
import { type JournalPlace, type Replay, replayJournal } from './replay.ts';

/** How a session is written. */
export interface SessionOptions extends CommitOptions {
  /** Whether results may be held back: only then is there a file for them. */
  readonly ordered: boolean;
  /** Where results go that go into no file, such as stdout: a pipe takes nothing back, so it is not repaired. */
  readonly pipe?: JournalFile;
  readonly rotateAt?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly pid?: number;
}

/**
 * Reads a journal, repairs it and opens the next session: the first one in a new journal. The caller holds the lock.
 * Who wants to look at the replay before anything is cut calls `replayJournal` and hands it over.
 *
 * @throws {CliError} with exit code 4, as `replayJournal` does, and if the disk refuses.
 */
export async function openSession(
  files: JournalFiles,
  place: JournalPlace,
  options: SessionOptions,
  replayed?: Replay,
): Promise<{ readonly writer: JournalWriter; readonly replay: Replay }> {
  const replay = replayed ?? (await replayJournal(files, place));
  await repairJournal(files, place, replay);
  const { folder, output } = place;
  const session = (replay.sessions.at(-1)?.session ?? 0) + 1;
  const open = (path: string): Promise<JournalFile> =>
    orJournalError('open', path, files.open(path, 'append'));
  const rotateAt = options.rotateAt ?? ROTATE_AT;
  const commitFiles = {
    output: output === undefined ? options.pipe : await open(output),
    held: options.ordered ? await open(heldPath(folder, session)) : undefined,
    log: await orJournalError('open', folder, LogFiles.open(files, folder, replay.end, rotateAt)),
  };
  await orJournalError('sync', folder, files.syncFolder(folder));
  const commit = new GroupCommit(commitFiles, { chain: replay.end.chain, output: replay.output }, options);
  const { now = Date.now, pid = process.pid, encoding = 'utf8' } = options;
  const written = { session, pid, output: replay.output, now, encoding };
  return { writer: new JournalWriter(commit, written), replay };
}
