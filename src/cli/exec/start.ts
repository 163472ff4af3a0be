import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { errorCode } from '../../loader/error-facts.ts';
import { describeSystemError } from '../cli-error.ts';
import { statusOf } from '../failures/exit-error.ts';
import { ItemError } from '../failures/item-error.ts';
import { printable } from '../failures/printable.ts';

/** A command that runs. */
export interface Started {
  /** The number of its process group; of one that could not be started there is none. */
  readonly group: number | undefined;
  /** Rejects when the command could not be started after all. */
  readonly status: Promise<number>;
  /** It is being stopped: whatever else is of its group is not needed any more. */
  release(): void;
}

/** Starts a command in a process group, and a session, of its own. Stdin is empty: what is there is the run's input. */
export function startCommand(
  [file = '', ...args]: readonly string[],
  stdout: number | 'pipe',
  stderr: number | 'pipe',
): { child: ChildProcess; started: Started } {
  const options: SpawnOptions = { detached: true, stdio: ['ignore', stdout, stderr] };
  let child: ChildProcess;
  try {
    child = spawn(file, args, options);
  } catch (error) {
    // Too many or too long arguments are thrown, other refusals are told as an event.
    throw notStarted(file, error);
  }
  const status = new Promise<number>((resolve, reject) => {
    child.on('error', (error) => reject(notStarted(file, error)));
    child.on('exit', (code, signal) => resolve(statusOf(code, signal)));
  });
  return { child, started: { group: child.pid, status, release() {} } };
}

/** Why the item of a command that could not be started fails. */
export function notStarted(file: string, cause: unknown): ItemError {
  const name = printable(file);
  const message =
    errorCode(cause) === 'ENOENT'
      ? `command not found: ${name}`
      : `${name} was not started: ${describeSystemError(cause)}`;
  return new ItemError('ERR_START', message, { cause });
}
