/**
 * One thing at a time: while a large result is written piece by piece, what comes meanwhile waits. Mostly there is
 * none, and nothing waits.
 */
export class Turns {
  #last: Promise<void> | undefined;

  /** Whether somebody has the turn. */
  get isTaken(): boolean {
    return this.#last !== undefined;
  }

  /** Does something when all that came before is done. */
  take<T>(doing: () => T | Promise<T>): Promise<T> {
    const turn = (this.#last ?? Promise.resolve()).then(doing);
    const end = (): void => {
      if (this.#last === over) this.#last = undefined;
    };
    // Whoever waits for the turn hears of its failure.
    const over: Promise<void> = turn.then(end, end);
    this.#last = over;
    return turn;
  }
}
