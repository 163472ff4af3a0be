/** Items that an input is to bring again, by what they are known by. Of equal ones each can be had by its number. */
export class WaitingItems<T extends { readonly n: number }> {
  readonly #byIdentity: Map<string, Map<number, T[]>> = new Map();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(id: string, item: T): void {
    const equal = this.#byIdentity.get(id) ?? new Map<number, T[]>();
    this.#byIdentity.set(id, equal);
    const numbered = equal.get(item.n);
    // Sessions number their items themselves, so one number may come twice.
    if (numbered === undefined) equal.set(item.n, [item]);
    else numbered.push(item);
    this.#size += 1;
  }

  /** Takes the one that has this number. */
  takeOwn(id: string, n: number): T | undefined {
    return this.#takeFrom(id, n);
  }

  /** Takes the one that came first. */
  takeFirst(id: string): T | undefined {
    const [n] = this.#byIdentity.get(id)?.keys() ?? [];
    return n === undefined ? undefined : this.#takeFrom(id, n);
  }

  #takeFrom(id: string, n: number): T | undefined {
    const equal = this.#byIdentity.get(id);
    const numbered = equal?.get(n);
    const item = numbered?.shift();
    if (equal === undefined || numbered === undefined || item === undefined) return undefined;
    this.#size -= 1;
    if (numbered.length === 0) equal.delete(n);
    if (equal.size === 0) this.#byIdentity.delete(id);
    return item;
  }
}
