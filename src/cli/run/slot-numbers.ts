/** Hands out the smallest whole numbers that are not in use, the lowest known one first. */
export class SlotNumbers {
  readonly #free: number[] = [];
  #next = 0;

  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#next += 1;
    return this.#next - 1;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }
}
