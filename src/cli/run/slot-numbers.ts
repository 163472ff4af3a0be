/** Hands out the smallest whole numbers that are not in use, the lowest known one first. */
export class SlotNumbers {
  #free: number[] = [];
  /** Not in use, and above what may be handed out now. */
  #retired: number[] = [];
  #limit: number = Number.POSITIVE_INFINITY;
  #next = 0;

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#next += 1;
    return this.#next - 1;
  }

  give(slot: number): void {
    if (slot < this.#limit) this.#free.push(slot);
    else this.#retired.push(slot);
  }

  /**
   * Hands out numbers below `limit` from now on, if no more than so many are in use: those who have a number keep it, and
   * while there are more of them nobody takes one.
   */
  resize(limit: number): void {
    const known = [...this.#free, ...this.#retired];
    this.#limit = limit;
    this.#free = known.filter((slot) => slot < limit);
    this.#retired = known.filter((slot) => slot >= limit);
  }
}
