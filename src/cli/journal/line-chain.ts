import { crc32 } from 'node:zlib';

const HEAD = '{"crc":';

/**
 * Seals records as lines of NDJSON: `{"crc":2659403885,"t":"skipped",...}`.
 *
 * Each checksum goes on from that of the line before. So a line that is whole but not in its place, since one was lost
 * or a block of an old file came back, is as bad as a torn one. Lines in a new file go on from the last of the file
 * before.
 */
export class LineChain {
  #last: number;

  /** `last` is the checksum of the line that the next one follows. */
  constructor(last: number = 0) {
    this.#last = last;
  }

  /** The checksum of the last line. */
  get last(): number {
    return this.#last;
  }

  /** The line for `body`, the JSON of an object that is not empty. */
  seal(body: string): string {
    this.#last = crc32(body, this.#last);
    return `${HEAD}${this.#last},${body.slice(1)}\n`;
  }

  /** The body of a line without its newline; `undefined`, and no step further, if it is not the next one. */
  open(line: string): string | undefined {
    const { crc, body } = split(line);
    if (body === undefined || crc32(body, this.#last) !== crc) return undefined;
    this.#last = crc;
    return body;
  }

  /** Goes on after a line that may be a bad one, to see what is left behind it. */
  skip(line: string): void {
    this.#last = split(line).crc;
  }
}

function split(line: string): { crc: number; body: string | undefined } {
  const comma = line.indexOf(',');
  const digits = line.slice(HEAD.length, comma);
  if (comma < 0 || !line.startsWith(HEAD) || !/^\d{1,10}$/.test(digits)) return { crc: 0, body: undefined };
  // The seed of a checksum is taken as 32 bits, whatever a damaged line claims.
  return { crc: Number(digits) >>> 0, body: `{${line.slice(comma + 1)}` };
}
