import { close, fstat, fstatSync, ftruncate, openSync, type Stats, statSync, write } from 'node:fs';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { CliError, describeSystemError } from '../cli-error.ts';
import type { InputSource } from '../input/source.ts';

/** Where results end up. */
export interface ByteSink {
  /** As messages call it. */
  readonly name: string;
  /** Resolves when the system has taken all of it. One call at a time. */
  write(text: string): Promise<void>;
  /** Resolves when nothing more can be lost here. */
  close(): Promise<void>;
}

const NEWLINE = 10;
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

/** A file, a device, or stdout sent to one of them. */
class FileSink implements ByteSink {
  readonly name: string;
  readonly #fd: number;

  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.name = name;
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    let done = 0;
    try {
      while (done < bytes.length) done += (await promisify(write)(this.#fd, bytes, done)).bytesWritten;
    } catch (error) {
      const written = bytes.subarray(0, done);
      await this.#dropTornRecord(written);
      throw new PartialWriteError(countRecords(written), error);
    }
  }

  async close(): Promise<void> {
    if (this.#fd !== STDOUT_FD) await promisify(close)(this.#fd);
  }

  // A disk that fills up takes half a record. What follows in a later run would be glued to it.
  async #dropTornRecord(written: Buffer): Promise<void> {
    const torn = written.length - (written.lastIndexOf(NEWLINE) + 1);
    if (torn === 0) return;
    const stats = await promisify(fstat)(this.#fd);
    if (stats.isFile()) await promisify(ftruncate)(this.#fd, stats.size - torn);
  }
}

/** A pipe, a socket or a terminal. `around` lets whoever draws on the same terminal step aside. */
class StreamSink implements ByteSink {
  readonly name = 'stdout';
  readonly #stream: Writable;
  readonly #around: (write: () => void) => void;

  constructor(stream: Writable, around: (write: () => void) => void) {
    this.#stream = stream;
    this.#around = around;
    // The failed write tells its caller; without a listener the same error would also end the process.
    stream.on('error', () => {});
  }

  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#around(() => this.#stream.write(text, (error) => (error ? reject(error) : resolve())));
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

/** Opens the file for results, and empties it. Refuses a file that is also being read: it would be lost. */
export function openFileSink(path: string, sources: readonly InputSource[]): ByteSink {
  let fd: number;
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    const isInput = sources.some(({ stats }) => existing?.isFile() && isSameFile(existing, stats));
    if (isInput) throw new CliError(`cannot write ${path}: it is also an input`);
    fd = openSync(path, 'w');
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot write ${path}: ${describeSystemError(error)}`, { cause: error });
  }
  return new FileSink(fd, path);
}

/** Stdout: an ordinary file is written in the background like any other, everything else as a stream. */
export function openStdoutSink(stdout: Writable, around: (write: () => void) => void): ByteSink {
  return fstatSync(STDOUT_FD).isFile() ? new FileSink(STDOUT_FD, 'stdout') : new StreamSink(stdout, around);
}

function countRecords(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function isSameFile(a: Stats, b: Stats | undefined): boolean {
  return a.ino === b?.ino && a.dev === b.dev;
}
