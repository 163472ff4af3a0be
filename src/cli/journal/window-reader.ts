import { crc32 } from 'node:zlib';
import type { JournalFiles } from './journal-files.ts';

/** Bytes that are read at a time. */
export const WINDOW: number = 1024 * 1024;
// Pieces may be asked for a little out of their order.
const BEHIND = 64 * 1024;

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
      const at = Math.max(0, from - BEHIND);
      this.#window = await this.#files.read(this.#path, at, Math.max(to - at, WINDOW));
      this.#at = at;
    }
    return this.#window.subarray(from - this.#at, to - this.#at);
  }
}

/**
 * The CRC-32 of the bytes `[from, to)`; `undefined` if they are not all there. A window at a time, since a result may
 * be larger than what a buffer holds.
 */
export async function sumOf(reader: WindowReader, from: number, to: number): Promise<number | undefined> {
  let sum = 0;
  for (let at = from; at < to; at += WINDOW) {
    const end = Math.min(to, at + WINDOW);
    const bytes = await reader.read(at, end);
    if (bytes.length < end - at) return undefined;
    sum = crc32(bytes, sum);
  }
  return sum;
}
