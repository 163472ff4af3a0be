import { resolve } from 'node:path';
import type { JournalFile, JournalFiles } from './journal-files.ts';

/** Files as they are called from one folder, wherever the process goes. */
export class FilesFrom implements JournalFiles {
  readonly #folder: string;
  readonly #files: JournalFiles;

  constructor(folder: string, files: JournalFiles) {
    this.#folder = folder;
    this.#files = files;
  }

  async open(path: string, mode: 'append' | 'empty'): Promise<JournalFile> {
    const file = await this.#files.open(this.#at(path), mode);
    return {
      // As messages call it.
      path,
      append: (bytes) => file.append(bytes),
      datasync: () => file.datasync(),
      close: () => file.close(),
    };
  }

  read(path: string, at: number, length: number): Promise<Buffer> {
    return this.#files.read(this.#at(path), at, length);
  }

  size(path: string): Promise<number | undefined> {
    return this.#files.size(this.#at(path));
  }

  truncate(path: string, size: number): Promise<void> {
    return this.#files.truncate(this.#at(path), size);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#files.rename(this.#at(from), this.#at(to));
  }

  remove(path: string): Promise<void> {
    return this.#files.remove(this.#at(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#files.list(this.#at(folder));
  }

  makeFolder(folder: string): Promise<void> {
    return this.#files.makeFolder(this.#at(folder));
  }

  syncFolder(folder: string): Promise<void> {
    return this.#files.syncFolder(this.#at(folder));
  }

  #at(path: string): string {
    return resolve(this.#folder, path);
  }
}
