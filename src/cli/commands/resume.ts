import { resolve } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { findJournal } from '../journal/find-journal.ts';
import { nodeFiles } from '../journal/node-files.ts';
import type { ResumeOptions } from '../resume-options.ts';

/** A run as it was begun, to be gone on with. */
export interface RevivedRun {
  /** The words of its command line. */
  readonly args: readonly string[];
  /** What was given anew, and the journal, as seen from the folder that the run was begun in. */
  readonly options: Partial<ResumeOptions> & { readonly journal: string };
}

/**
 * Finds the command that made a journal, and goes to the folder where it was given: the paths in it are seen from there.
 *
 * @throws {CliError} if there is no journal, with exit code 2, or it cannot be read, with 4.
 */
export async function reviveRun(journal: string, given: Partial<ResumeOptions>): Promise<RevivedRun> {
  const meta = await findJournal(nodeFiles, journal);
  if (resolve(meta.cwd) === process.cwd()) return { args: meta.args, options: { ...given, journal } };
  const options = {
    ...given,
    journal: resolve(journal),
    ...(given.summary !== undefined && { summary: resolve(given.summary) }),
  };
  try {
    process.chdir(meta.cwd);
  } catch (error) {
    throw new CliError(
      `cannot go to ${meta.cwd}, where the run of ${journal} was begun: ${describeSystemError(error)}; give its whole command again, with --resume`,
      { exitCode: EXIT.journal, cause: error },
    );
  }
  return { args: meta.args, options };
}
