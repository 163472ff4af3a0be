/** Fills a buffer from a place in the file; gives the bytes that were there. */
export type ReadAt = (buffer: Buffer, position: number) => Promise<number>;

/** A record and the number of its item. */
export interface SpilledRecord {
  readonly id: number;
  readonly record: string;
}

// What a run that is not at its end holds in memory: the records of so many bytes, or one that is longer.
const READ_AT_ONCE = 256 * 1024;

/** Records on disk in rising order of their ids, read a block at a time from the start to the end. */
export class SpilledRun {
  /** Before each record: its id and its length. */
  static readonly HEAD_BYTES: number = 12;

  readonly #read: ReadAt;
  readonly #end: number;
  #position: number;
  #block: SpilledRecord[] = [];
  #at = 0;

  constructor(readAt: ReadAt, { start, end }: { readonly start: number; readonly end: number }) {
    this.#read = readAt;
    this.#position = start;
    this.#end = end;
  }

  /** The first record that was not taken; `undefined` at the end, and until `load` where `needsLoad`. */
  get head(): SpilledRecord | undefined {
    return this.#block[this.#at];
  }

  /** Whether records are left on disk and none in memory. */
  get needsLoad(): boolean {
    return this.#at === this.#block.length && this.#position < this.#end;
  }

  /** Goes on to the next record. */
  advance(): void {
    this.#at += 1;
  }

  /** Reads the next block, if the one before is used up. */
  async load(): Promise<void> {
    if (!this.needsLoad) return;
    let bytes = await this.#readBytes(READ_AT_ONCE);
    const needed = SpilledRun.HEAD_BYTES + bytes.readUInt32LE(8);
    if (needed > bytes.length) bytes = await this.#readBytes(needed);
    this.#block = [];
    this.#at = 0;
    let from = 0;
    for (;;) {
      const textAt = from + SpilledRun.HEAD_BYTES;
      if (textAt > bytes.length) break;
      const end = textAt + bytes.readUInt32LE(from + 8);
      if (end > bytes.length) break;
      this.#block.push({ id: bytes.readDoubleLE(from), record: bytes.toString('utf8', textAt, end) });
      from = end;
    }
    this.#position += from;
  }

  async #readBytes(most: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(Math.min(most, this.#end - this.#position));
    for (let done = 0; done < bytes.length; ) {
      const length = await this.#read(bytes.subarray(done), this.#position + done);
      // Somebody has cut the file. Records would be missing without a word.
      if (length === 0) throw new Error('the file is shorter than what was written to it');
      done += length;
    }
    return bytes;
  }
}
