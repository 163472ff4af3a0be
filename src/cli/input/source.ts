import { accessSync, constants, createReadStream, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { CliError, describeSystemError } from '../cli-error.ts';

/** One file of input, not yet opened. */
export interface InputSource {
  /** As the user wrote it; `undefined` is stdin. */
  readonly name: string | undefined;
  /** What `stat` says of it, to tell its size and to know it again. */
  readonly stats: Stats | undefined;
  open(): Readable;
}

const STDIN = '-';

/** Checks that every input can be read, before anything runs. No path at all means stdin. */
export function findSources(paths: readonly string[], stdin: Readable): InputSource[] {
  return (paths.length === 0 ? [STDIN] : paths).map((path) =>
    path === STDIN ? stdinSource(stdin) : fileSource(path),
  );
}

/** The bytes of all sources together, where all of them are ordinary files. */
export function totalBytes(sources: readonly InputSource[]): number | undefined {
  let total = 0;
  for (const { stats } of sources) {
    if (!stats?.isFile()) return undefined;
    total += stats.size;
  }
  return total;
}

function stdinSource(stdin: Readable): InputSource {
  let stats: Stats | undefined;
  try {
    stats = fstatSync(0);
  } catch {
    // A closed stdin is an empty input.
  }
  // Node gives such a stdin as an empty one: the run would do nothing, and end well.
  if (stats?.isDirectory()) throw new CliError('cannot read stdin: it is a directory');
  return { name: undefined, stats, open: () => stdin };
}

function fileSource(path: string): InputSource {
  let stats: Stats;
  try {
    stats = statSync(path);
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${describeSystemError(error)}`, { cause: error });
  }
  if (stats.isDirectory()) throw new CliError(`cannot read ${path}: it is a directory`);
  return { name: path, stats, open: stats.isFIFO() ? openPipe(path) : () => createReadStream(path) };
}

// A read of a pipe as a file blocks one of Node's few background threads for as long as the writer is silent, and
// the process cannot end before it. As a socket it is only watched. Opened here, since that may wait for a writer:
// now it holds up nothing, and ctrl-C still ends the process.
function openPipe(path: string): () => Readable {
  const fd = openSync(path, 'r');
  return () => new Socket({ fd, readable: true, writable: false });
}
