import { writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { errorCode } from '../../loader/error-facts.ts';
import type { JournalFile, JournalFiles } from './journal-files.ts';

// What the system copies in less time than it takes to ask another thread to do it.
const SMALL = 64 * 1024;

class NodeFile implements JournalFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #isFile: boolean;

  constructor(path: string, handle: FileHandle, isFile: boolean) {
    this.path = path;
    this.#handle = handle;
    this.#isFile = isFile;
  }

  async append(bytes: Uint8Array): Promise<void> {
    let done = 0;
    // Items wait for this before they start and before the next ones do. Not for a pipe: it may be full.
    if (this.#isFile && bytes.length <= SMALL) {
      while (done < bytes.length) done += writeSync(this.#handle.fd, bytes, done);
      return;
    }
    while (done < bytes.length) done += (await this.#handle.write(bytes, done)).bytesWritten;
  }

  async datasync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      // A device or a pipe, which keeps nothing: all that it can do for what was written is done.
      if (errorCode(error) !== 'EINVAL') throw error;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The real disk. */
export const nodeFiles: JournalFiles = {
  async open(path, mode) {
    // Always O_APPEND: after a write that failed half-way, a position of our own would leave a hole.
    const handle = await open(path, 'a');
    const file = new NodeFile(path, handle, (await handle.stat()).isFile());
    if (mode === 'empty') await nodeFiles.truncate(path, 0);
    return file;
  },

  async read(path, at, length) {
    return await withHandle(path, 'r', async (handle) => {
      const buffer = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(buffer, filled, length - filled, at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    });
  },

  async size(path) {
    return (await unlessMissing(stat(path)))?.size;
  },

  async truncate(path, size) {
    await withHandle(path, 'r+', async (handle) => {
      const stats = await handle.stat();
      // A device such as /dev/null cannot be cut, and keeps nothing that would have to be.
      if (!stats.isFile() || stats.size === size) return;
      await handle.truncate(size);
      await handle.datasync();
    });
  },

  rename,

  async remove(path) {
    await rm(path, { force: true });
  },

  async list(folder) {
    return (await unlessMissing(readdir(folder))) ?? [];
  },

  async makeFolder(folder) {
    await mkdir(folder, { recursive: true });
  },

  async syncFolder(folder) {
    // Windows opens no folder, and keeps its names in a journal of its own.
    if (process.platform === 'win32') return;
    await withHandle(folder, 'r', (handle) => handle.sync());
  },
};

async function withHandle<T>(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function unlessMissing<T>(doing: Promise<T>): Promise<T | undefined> {
  try {
    return await doing;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
