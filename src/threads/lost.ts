import { ExecutorError } from '../errors.ts';
import type { Call } from './call.ts';

/** The failure of `call`, which ran in a thread that ended with this. */
export function lost({ task }: Call, error: unknown, exitCode: number | undefined): ExecutorError {
  const how =
    exitCode === undefined || !isExit(error) ? `: ${describe(error)}` : ` with exit code ${exitCode}`;
  const cause = isExit(error) ? {} : { cause: error };
  return new ExecutorError(
    'ERR_WORKER_LOST',
    `the thread that ran ${task.address.name} ended${how}; a pool with retry tries such a task again`,
    exitCode === undefined ? cause : { ...cause, exitCode },
  );
}

/** Whether this is how piscina says that a thread has ended by itself. */
function isExit(error: unknown): boolean {
  return error instanceof Error && /^worker exited with code: /.test(error.message);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
