import { getSystemErrorMap } from 'node:util';
import { firstLine } from '../loader/error-facts.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

/** A mistake that one line on stderr explains: `main.ts` prints the message and leaves with the code. */
export class CliError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? EXIT.usage;
  }
}

/** A failed system call in words: `no such file or directory`. The path is left to the caller's sentence. */
export function describeSystemError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined;
  const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
  return known === undefined ? firstLine(error.message) : known[1];
}
