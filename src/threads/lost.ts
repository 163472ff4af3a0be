import { ExecutorError } from '../errors.ts';
import { messageOf } from '../loader/error-facts.ts';
import type { Call } from './call.ts';

/** What a call fails with whose thread ended in the middle of it. `error` is what piscina says. */
export function lost({ task }: Call, error: unknown, exitCode: number | undefined): ExecutorError {
  const how =
    exitCode === undefined || !isExit(error) ? `: ${messageOf(error)}` : ` with exit code ${exitCode}`;
  const cause = isExit(error) ? {} : { cause: error };
  return new ExecutorError(
    'ERR_WORKER_LOST',
    `the thread that ran ${task.address.name} ended${how}; a pool with retry tries such a task again`,
    exitCode === undefined ? cause : { ...cause, exitCode },
  );
}

/** Whether this is how piscina says that a thread has ended by itself. */
export function isExit(error: unknown): boolean {
  return error instanceof Error && /^worker exited with code: /.test(error.message);
}

/** What a call fails with when nothing can be made of what its thread sent. */
export function unreadable({ task }: Call): TypeError {
  return new TypeError(
    `what the task ${task.address.name} came to cannot be read here: a buffer in it was probably moved before`,
  );
}
