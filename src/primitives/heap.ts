/** A binary heap: `push` and `pop` are O(log n), `peek` is O(1). The item that `compare` puts first comes out first. */
export class Heap<T> {
  readonly #compare: (a: T, b: T) => number;
  #items: T[] = [];

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  // Both compare first and move later: a compare function that throws leaves the heap as it was.

  push(item: T): void {
    const items = this.#items;
    let place = items.length;
    while (place > 0 && this.#compare(items[(place - 1) >> 1] as T, item) > 0) place = (place - 1) >> 1; // lies inside
    for (let index = items.length; index > place; index = (index - 1) >> 1) {
      items[index] = items[(index - 1) >> 1] as T; // lies inside
    }
    items[place] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    if (items.length < 2) return items.pop();
    let carried = items[items.length - 1] as T; // there are two or more
    let place = this.#sink(carried, items.length - 1);
    items.pop();
    for (; place > 0; place = (place - 1) >> 1) {
      const item = items[place] as T; // lies inside, as do those above it
      items[place] = carried;
      carried = item;
    }
    const top = items[0];
    items[0] = carried;
    return top;
  }

  /** Drops every item that `keep` refuses. O(n log n). */
  filter(keep: (item: T) => boolean): void {
    // A sorted array is a heap.
    this.#items = this.#items.filter(keep).sort(this.#compare);
  }

  clear(): void {
    this.#items = [];
  }

  /** Where `item` comes to stand when it starts at the top of the first `length` items and lets smaller ones up. */
  #sink(item: T, length: number): number {
    const items = this.#items;
    let index = 0;
    for (let child = 1; child < length; child = 2 * index + 1) {
      const right = child + 1;
      // Both indices lie inside the heap.
      if (right < length && this.#compare(items[right] as T, items[child] as T) < 0) child = right;
      if (this.#compare(item, items[child] as T) <= 0) break;
      index = child;
    }
    return index;
  }
}
