import {
  close,
  closeSync,
  fstat,
  fstatSync,
  ftruncate,
  openSync,
  type Stats,
  statSync,
  write,
} from 'node:fs';
import { promisify } from 'node:util';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { InputSource } from '../input/source.ts';
import { countLines, type WholeRecords } from './whole-records.ts';

/** Where results end up. */
export interface ByteSink {
  /** As messages call it. */
  readonly name: string;
  /** Resolves when the system has taken all of it. One call at a time. */
  write(text: string): Promise<void>;
  /** Resolves when nothing more can be lost here. */
  close(): Promise<void>;
}

const STDOUT_FD = 1;

/** A write that failed on its way. What did so is the cause. */
export class PartialWriteError extends Error {
  /** Whole records that the system had taken by then. */
  readonly records: number;

  constructor(records: number, cause: unknown) {
    super('the write failed', { cause });
    this.name = 'PartialWriteError';
    this.records = records;
  }
}

/**
 * How records become bytes. `latin1` is for records that are not text: each character is one byte, so they can be
 * joined and counted like text, at half the memory that the characters of a decoded text might take.
 */
export type RecordEncoding = 'utf8' | 'latin1';

/** How records lie in a file. */
export interface RecordLayout {
  readonly countWhole: (bytes: Uint8Array) => WholeRecords;
  readonly encoding?: RecordEncoding;
}

/** Text, a record a line. */
const LINES: RecordLayout = { countWhole: countLines };

/** A file, a device, or stdout sent to one of them. */
class FileSink implements ByteSink {
  readonly name: string;
  readonly #fd: number;
  readonly #layout: RecordLayout;

  constructor(fd: number, name: string, layout: RecordLayout) {
    this.#fd = fd;
    this.name = name;
    this.#layout = layout;
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text, this.#layout.encoding);
    let done = 0;
    try {
      while (done < bytes.length) done += (await promisify(write)(this.#fd, bytes, done)).bytesWritten;
    } catch (error) {
      const whole = this.#layout.countWhole(bytes.subarray(0, done));
      await this.#dropTornRecord(done - whole.bytes);
      throw new PartialWriteError(whole.count, error);
    }
  }

  async close(): Promise<void> {
    if (this.#fd !== STDOUT_FD) await promisify(close)(this.#fd);
  }

  // A disk that fills up takes half a record. What follows in a later run would be glued to it.
  async #dropTornRecord(torn: number): Promise<void> {
    if (torn === 0) return;
    const stats = await promisify(fstat)(this.#fd);
    if (stats.isFile()) await promisify(ftruncate)(this.#fd, stats.size - torn);
  }
}

/** Writes to stdout and calls back when the system has taken it, or has refused it. */
export type SinkStream = (text: string, done: (error?: Error | null) => void) => void;

/** A pipe, a socket or a terminal. */
class StreamSink implements ByteSink {
  readonly name = 'stdout';
  readonly #stream: SinkStream;

  constructor(stream: SinkStream) {
    this.#stream = stream;
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {}
}

/** Takes everything and keeps nothing: `--to none`. */
export class NullSink implements ByteSink {
  readonly name = 'nothing';

  async write(): Promise<void> {}

  async close(): Promise<void> {}
}

/** Files that a run reads. Results must not go into one of them. */
export interface FilesInUse {
  readonly sources: readonly InputSource[];
  /** The path of the user's module, where there is one. */
  readonly module?: string;
  /** Other files that this run writes, where there are any. */
  readonly outputs?: readonly (string | undefined)[];
}

/** Opens the file for results, and empties it. Refuses a file that is also being read: it would be lost. */
export function openFileSink(path: string, inUse: FilesInUse, layout: RecordLayout = LINES): ByteSink {
  return new FileSink(openUnused(path, inUse, 'w'), path, layout);
}

/** Checks that `openFileSink` could open the file, and leaves what is in it. */
export function checkFile(path: string, inUse: FilesInUse): void {
  closeSync(openUnused(path, inUse, 'a'));
}

function openUnused(path: string, inUse: FilesInUse, flags: 'w' | 'a'): number {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined) refuseFileInUse(path, existing, inUse);
    return openSync(path, flags);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot write ${path}: ${describeSystemError(error)}`, { cause: error });
  }
}

/**
 * Stdout: an ordinary file is written in the background like any other, everything else as a stream. Refuses a file
 * that is being read, as `cmd < file >> file` gives it: each result would be the next item, without end.
 */
export function openStdoutSink(
  stream: SinkStream,
  inUse: FilesInUse,
  layout: RecordLayout = LINES,
): ByteSink {
  const stats = fstatSync(STDOUT_FD);
  refuseFileInUse('stdout', stats, inUse);
  return stats.isFile() ? new FileSink(STDOUT_FD, 'stdout', layout) : new StreamSink(stream);
}

/** Refuses an ordinary file that the run also reads, or also writes for something else. */
export function refuseFileInUse(
  name: string,
  output: Stats,
  { sources, module, outputs = [] }: FilesInUse,
): void {
  if (!output.isFile()) return;
  if (sources.some(({ stats }) => isSameFile(output, stats))) {
    throw new CliError(`cannot write ${name}: it is also an input`);
  }
  if (module !== undefined && isSameFile(output, statSync(module, { throwIfNoEntry: false }))) {
    throw new CliError(`cannot write ${name}: it is the module`);
  }
  const isOutput = (path: string): boolean => isSameFile(output, statSync(path, { throwIfNoEntry: false }));
  if (outputs.some((path) => path !== undefined && isOutput(path))) {
    throw new CliError(`cannot write ${name}: results and failed items cannot share a file`);
  }
}

/** Whether both are the same file, by whatever names. */
export function isSameFile(a: Stats, b: Stats | undefined): boolean {
  return a.ino === b?.ino && a.dev === b.dev;
}
