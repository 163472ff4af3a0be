import type { JournalFiles } from './journal-files.ts';

const WINDOW = 1024 * 1024;

/** Reads many small pieces of a file, most of them one behind the other, with few calls. */
export class WindowReader {
  readonly #files: JournalFiles;
  readonly #path: string;
  #at = 0;
  #window: Buffer = Buffer.alloc(0);

  constructor(files: JournalFiles, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The bytes `[from, to)`, or fewer at the end of the file. */
  async read(from: number, to: number): Promise<Buffer> {
    if (from < this.#at || to > this.#at + this.#window.length) {
      this.#window = await this.#files.read(this.#path, from, Math.max(to - from, WINDOW));
      this.#at = from;
    }
    return this.#window.subarray(from - this.#at, to - this.#at);
  }
}
