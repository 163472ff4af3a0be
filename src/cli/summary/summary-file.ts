import { accessSync, constants, fstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { SessionOptions } from '../options.ts';
import { type FilesInUse, isSameFile, refuseFileInUse } from '../output/byte-sink.ts';
import { outputFile } from '../output/open-sinks.ts';
import { checkWritable, realPathOf, replaceFile } from '../output/replace-file.ts';
import { type SummaryParts, summaryOf } from './summary.ts';

/** The file of `--summary`, checked before anything starts and written when everything has ended. */
export class SummaryFile {
  readonly #name: string;
  // The module may change the folder that the process is in.
  readonly #path: string;
  readonly #mode: number | undefined;

  /**
   * Checks that the file can be written, and leaves what is in it.
   *
   * @throws {CliError} if it cannot, or if the run reads it or writes something else to it.
   */
  constructor(name: string, options: SessionOptions, inUse: FilesInUse) {
    const path = realPathOf(name);
    const stats = checkWritable(name);
    // It is replaced, which would end a device or a pipe as such.
    if (stats?.isFile() === false) throw new CliError(`cannot write ${name}: it is no ordinary file`);
    checkFolder(name, path);
    refuseOutputs(name, path, options, stats);
    if (stats !== undefined) refuseFileInUse(name, stats, inUse);
    this.#name = name;
    this.#path = path;
    this.#mode = stats?.mode;
  }

  /** @throws {CliError} if it cannot be written after all. */
  async write(parts: SummaryParts): Promise<void> {
    const text = `${JSON.stringify(summaryOf(parts), undefined, 2)}\n`;
    try {
      await replaceFile(this.#path, text, { mode: this.#mode, flush: true });
    } catch (error) {
      throw new CliError(`cannot write ${this.#name}: ${describeSystemError(error)}`, { cause: error });
    }
  }
}

// A file in a folder that takes no new one can be written, but not replaced.
function checkFolder(name: string, path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CliError(`cannot replace ${name}: its folder: ${describeSystemError(error)}`, { cause: error });
  }
}

const STDOUT_FD = 1;
const STDERR_FD = 2;

function refuseOutputs(name: string, path: string, options: SessionOptions, stats: Stats | undefined): void {
  // By their names too: not all of them are there yet.
  const outputs = [outputFile(options), options.failed].filter((output) => output !== undefined);
  const isOutput =
    outputs.some((output) => realPathOf(output) === path) ||
    [STDOUT_FD, STDERR_FD].some((fd) => stats !== undefined && isSameFile(stats, fstatSync(fd)));
  if (isOutput) throw new CliError(`cannot write ${name}: other output goes there too`);
}
