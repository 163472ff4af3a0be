const FIRST_CAPACITY = 16 * 1024;
// Bytes that one UTF-16 code unit can take in UTF-8.
const MOST_BYTES = 3;

/** How texts become bytes: `latin1` for those in which each character is one. */
export type TextEncoding = 'utf8' | 'latin1';

/**
 * Texts as the bytes of one write. Adding them to one string is shorter and, with two short lines for each item, leaves
 * so many pieces of strings behind that the collector takes longer than all other work on them.
 */
export class TextBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** All that was added, until the next text is. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(text: string, encoding: TextEncoding = 'utf8'): void {
    const needed = this.#length + text.length * MOST_BYTES;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length += this.#bytes.write(text, this.#length, encoding);
  }

  /** Forgets the texts and keeps the room: the next ones take about as much. */
  clear(): void {
    this.#length = 0;
  }

  #grow(needed: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(FIRST_CAPACITY, this.#bytes.length * 2, needed));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
