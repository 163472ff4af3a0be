import { CliError, describeSystemError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';

/** Ends the command with exit code 4: the journal cannot be used, or no longer kept. */
export function journalError(message: string, cause?: unknown): CliError {
  return new CliError(message, { exitCode: EXIT.journal, cause });
}

/** What `doing` comes to; a failed system call names the file: `cannot write run.gpj/lock: no space left on device`. */
export async function orJournalError<T>(action: string, path: string, doing: Promise<T>): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw journalError(`cannot ${action} ${path}: ${describeSystemError(error)}`, error);
  }
}
