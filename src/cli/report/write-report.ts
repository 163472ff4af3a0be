import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode } from '../../loader/error-facts.ts';
import { CliError, describeSystemError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { JournalMeta } from '../journal/meta.ts';
import {
  type ByteSink,
  isSameFile,
  openFileSink,
  openStdoutSink,
  PartialWriteError,
} from '../output/byte-sink.ts';

/** Writes pieces as they come, waiting for whoever reads them. */
export async function writeReport(
  pieces: AsyncIterable<string> | Iterable<string>,
  sink: ByteSink,
): Promise<ExitCode> {
  for await (const piece of pieces) {
    if (piece === '') continue;
    try {
      await sink.write(piece);
    } catch (thrown) {
      const error = thrown instanceof PartialWriteError ? thrown.cause : thrown;
      // Whoever closed the pipe has seen enough.
      if (errorCode(error) === 'EPIPE') return EXIT.pipeClosed;
      throw new CliError(`cannot write ${sink.name}: ${describeSystemError(error)}`, {
        exitCode: EXIT.outputLost,
        cause: error,
      });
    }
  }
  await sink.close();
  return EXIT.done;
}

/** Stdout, for a report. */
export function stdoutSink({ stdout }: Host): ByteSink {
  return openStdoutSink((text, done) => stdout.write(text, done), { sources: [] });
}

/**
 * A file, for a report.
 *
 * @throws {CliError} if it is one that the journal lives of: to open it would be to empty it.
 */
export function fileSink(path: string, folder: string, meta: JournalMeta): ByteSink {
  const isSame = (other: string): boolean => areOneFile(path, resolve(meta.cwd, other));
  if (areOneFile(dirname(resolve(path)), folder))
    throw new CliError(`cannot write ${path}: it is in the journal`);
  if (meta.output !== null && isSame(meta.output)) {
    throw new CliError(`cannot write ${path}: it has the results of the run`);
  }
  const module = meta.spec.verb === 'run' ? [meta.spec.module] : [];
  if ([...meta.input, ...module].some(isSame)) {
    throw new CliError(`cannot write ${path}: the run reads it`);
  }
  return openFileSink(path, { sources: [] });
}

function areOneFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && isSameFile(a, b);
}
