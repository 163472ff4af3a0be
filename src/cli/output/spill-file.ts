import { close, openSync, read, unlinkSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SpilledRun } from './spilled-run.ts';

// Records are encoded and written so many bytes at a time: this is held besides the text itself.
const WRITE_AT_ONCE = 1024 * 1024;

/**
 * A file for records that memory has no room for. It is written as runs: each a stretch of records in rising order of
 * their ids, which is read from its start to its end and so needs no list of where each record lies.
 */
export class SpillFile {
  readonly name: string;
  readonly #fd: number;
  // Its name is taken away at once, so that nothing is left of it however the process ends. Windows may refuse.
  readonly #hasName: boolean;
  #length = 0;

  constructor(folder: string = tmpdir()) {
    // Opened only if there is no such file, so that guessing the name leads nowhere.
    this.name = join(folder, `greenpool-${process.pid}-${Math.random().toString(36).slice(2)}.spill`);
    this.#fd = openSync(this.name, 'wx+', 0o600);
    this.#hasName = !isUnlinked(this.name);
  }

  /** Writes a run. The entries must come in rising order of their ids. */
  async add(entries: Iterable<readonly [id: number, record: string]>): Promise<SpilledRun> {
    const start = this.#length;
    // One buffer for all: a small one for each record would be garbage faster than it is collected.
    let buffer = Buffer.allocUnsafe(WRITE_AT_ONCE);
    let used = 0;
    for (const [id, record] of entries) {
      const length = Buffer.byteLength(record);
      const needed = SpilledRun.HEAD_BYTES + length;
      if (used + needed > buffer.length) {
        await this.#append(buffer.subarray(0, used));
        used = 0;
        if (needed > buffer.length) buffer = Buffer.allocUnsafe(needed);
      }
      buffer.writeDoubleLE(id, used);
      buffer.writeUInt32LE(length, used + 8);
      buffer.write(record, used + SpilledRun.HEAD_BYTES);
      used += needed;
    }
    await this.#append(buffer.subarray(0, used));
    const readAt = (into: Buffer, position: number): Promise<number> => this.#read(into, position);
    const run = new SpilledRun(readAt, { start, end: this.#length });
    await run.load();
    return run;
  }

  /** Nothing that was written is needed any more. */
  rewind(): void {
    this.#length = 0;
  }

  async close(): Promise<void> {
    await promisify(close)(this.#fd);
    if (this.#hasName) isUnlinked(this.name);
  }

  async #append(bytes: Buffer): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await promisify(write)(
        this.#fd,
        bytes,
        done,
        bytes.length - done,
        this.#length,
      );
      done += bytesWritten;
      this.#length += bytesWritten;
    }
  }

  async #read(buffer: Buffer, position: number): Promise<number> {
    return (await promisify(read)(this.#fd, buffer, 0, buffer.length, position)).bytesRead;
  }
}

function isUnlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
