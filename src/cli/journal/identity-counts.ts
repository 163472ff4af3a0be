import { fingerprintOf } from './identity.ts';

// Tables that grow apart from each other, so that growing copies little at a time.
const SHARDS = 256;
const FIRST_CAPACITY = 16;
const GROWTH = 1.25;
const FULLEST = 0.8;
const WORDS = 4;

/**
 * How often each identity occurs. Tens of millions fit: a row is the 16 bytes of a fingerprint and a count of 4, and
 * 64 to 80 % of the rows are in use, so an identity takes 25 to 32 bytes, all outside of the JavaScript heap.
 * A `Map` with strings takes about 150.
 */
export class IdentityCounts {
  readonly #shards: (Shard | undefined)[] = Array.from({ length: SHARDS });
  #total = 0;

  /** The sum of all counts. */
  get total(): number {
    return this.#total;
  }

  add(identity: string): void {
    const fingerprint = fingerprintOf(identity);
    const index = fingerprint.readUInt8(0);
    this.#shards[index] ??= new Shard();
    this.#shards[index].add(fingerprint);
    this.#total += 1;
  }

  /** Takes one occurrence away; false if there is none. */
  take(identity: string): boolean {
    // Most runs resume with nothing failed and nothing skipped: no hash for those.
    if (this.#total === 0) return false;
    const fingerprint = fingerprintOf(identity);
    const isTaken = this.#shards[fingerprint.readUInt8(0)]?.take(fingerprint) ?? false;
    if (isTaken) this.#total -= 1;
    return isTaken;
  }
}

/** An open-addressing table. A row whose count has gone back to 0 stays, so that searches go on past it. */
class Shard {
  #capacity = FIRST_CAPACITY;
  #used = 0;
  #keys = new Uint32Array(FIRST_CAPACITY * WORDS);
  // The count plus one; 0 is a row that was never used.
  #counts = new Uint32Array(FIRST_CAPACITY);

  add(fingerprint: Buffer): void {
    if (this.#used >= this.#capacity * FULLEST) this.#grow();
    const words = wordsOf(fingerprint);
    const row = this.#find(words);
    const count = this.#counts[row] ?? 0;
    if (count === 0) {
      this.#keys.set(words, row * WORDS);
      this.#used += 1;
    }
    this.#counts[row] = Math.max(count, 1) + 1;
  }

  take(fingerprint: Buffer): boolean {
    const row = this.#find(wordsOf(fingerprint));
    const count = this.#counts[row] ?? 0;
    if (count <= 1) return false;
    this.#counts[row] = count - 1;
    return true;
  }

  /** The row of the key, or the free row where it belongs. There is always a free one. */
  #find(words: Uint32Array): number {
    // Read one by one: taking the array apart in one expression walks an iterator, and takes four times as long.
    const a = words[0] ?? 0;
    const b = words[1];
    const c = words[2];
    const d = words[3];
    const keys = this.#keys;
    let row = a % this.#capacity;
    while (this.#counts[row] !== 0) {
      const at = row * WORDS;
      if (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d) break;
      row = row + 1 === this.#capacity ? 0 : row + 1;
    }
    return row;
  }

  #grow(): void {
    const [keys, counts] = [this.#keys, this.#counts];
    this.#capacity = Math.ceil(this.#capacity * GROWTH);
    this.#keys = new Uint32Array(this.#capacity * WORDS);
    this.#counts = new Uint32Array(this.#capacity);
    for (let row = 0; row < counts.length; row += 1) {
      const count = counts[row] ?? 0;
      if (count === 0) continue;
      const words = keys.subarray(row * WORDS, row * WORDS + WORDS);
      const target = this.#find(words);
      this.#keys.set(words, target * WORDS);
      this.#counts[target] = count;
    }
  }
}

// The shard is chosen by the first byte, so the word that chooses the row is one that does not hold it.
function wordsOf(bytes: Buffer): Uint32Array {
  return Uint32Array.of(
    bytes.readUInt32LE(12),
    bytes.readUInt32LE(4),
    bytes.readUInt32LE(8),
    bytes.readUInt32LE(0),
  );
}
