// Items a chunk holds. Small enough that a drained queue gives its memory back, large enough that making chunks
// does not show; from 256 to 4,096 no difference could be measured.
const CHUNK = 1024;

class Chunk<T> {
  readonly items: (T | undefined)[] = [];
  next: Chunk<T> | undefined = undefined;
}

/**
 * First in, first out, O(1) at any length. Chunks of arrays: `Array.shift` is linear on long arrays, and a list
 * of linked items is slow to collect, since the parallel collector cannot split it. A ring that doubles is as fast, but
 * copies everything at once when it grows, a pause of milliseconds at a million items.
 */
export class Fifo<T> {
  #first: Chunk<T> = new Chunk();
  #last: Chunk<T> = this.#first;
  /** An empty chunk. */
  #spare: Chunk<T> | undefined = undefined;
  #head = 0;
  #tail = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#tail === CHUNK) this.#addLast();
    this.#last.items[this.#tail] = item;
    this.#tail += 1;
    this.#length += 1;
  }

  /** The item that `shift` would take. */
  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#first.items[this.#head];
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const { items } = this.#first;
    const item = items[this.#head];
    items[this.#head] = undefined;
    this.#head += 1;
    this.#length -= 1;
    // An emptied queue starts its chunk over. The array keeps its length: cutting and regrowing it made the common case, a
    // queue of one or two items, ten times slower.
    if (this.#length === 0) this.#head = this.#tail = 0;
    else if (this.#head === CHUNK) this.#dropFirst();
    return item;
  }

  /** Keeps only the items that `keep` accepts. O(n). */
  filter(keep: (item: T) => boolean): void {
    const kept = new Fifo<T>();
    for (let count = this.#length; count > 0; count -= 1) {
      const item = this.shift() as T; // `count` items are left
      if (keep(item)) kept.push(item);
    }
    this.#first = kept.#first;
    this.#last = kept.#last;
    this.#head = kept.#head;
    this.#tail = kept.#tail;
    this.#length = kept.#length;
  }

  #addLast(): void {
    const chunk = this.#spare ?? new Chunk<T>();
    this.#spare = undefined;
    this.#last.next = chunk;
    this.#last = chunk;
    this.#tail = 0;
  }

  /**
   * The first chunk is used up and items are left, so that there is a next one. It is kept for when one is needed again, and
   * unlinked: a dead chunk in the old generation would keep all that come after it out of the young collector's reach. A map
   * of ten million items took 220 MB by that.
   */
  #dropFirst(): void {
    const used = this.#first;
    this.#first = used.next ?? this.#last;
    used.next = undefined;
    this.#spare = used;
    this.#head = 0;
  }
}
