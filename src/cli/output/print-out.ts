import { errorCode } from '../../loader/error-facts.ts';
import { CliError, describeSystemError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';

/**
 * Prints `text` to stdout, and tells how that went: done, or nobody reads any more, as after `| head`.
 *
 * @throws {CliError} when it cannot be written, as on a full disk.
 */
export function printOut(stdout: Host['stdout'], text: string): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => {
      if (error === undefined || error === null) resolve(EXIT.done);
      else if (errorCode(error) === 'EPIPE') resolve(EXIT.pipeClosed);
      else {
        const message = `cannot write stdout: ${describeSystemError(error)}`;
        reject(new CliError(message, { exitCode: EXIT.outputLost, cause: error }));
      }
    });
  });
}
