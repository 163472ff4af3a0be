import { checkedCount } from '../primitives/checks.ts';
import { type Deferred, deferred } from '../primitives/deferred.ts';
import { settle } from './settle.ts';

/**
 * Makes the steps of several concurrent actors happen in one fixed order, so that a test can say "A, then B, then A again"
 * instead of hoping for it. Steps are numbered from 0, each used once. A step that nobody makes holds the later ones up.
 *
 * @example
 * const sequencer = new Sequencer();
 * const log: string[] = [];
 * const one = spawn(async () => {
 *   await sequencer.step(0);
 *   log.push('a');
 *   await sequencer.step(2);
 *   log.push('c');
 * });
 * await sequencer.step(1);
 * log.push('b');
 * await one.wait();
 * console.log(log); // [ 'a', 'b', 'c' ]
 */
export class Sequencer {
  readonly #made = new Set<number>();
  readonly #waiting = new Map<number, Deferred<void>>();
  #current = 0;

  /**
   * Waits until all steps before `position` have been made. The next one comes a turn of the event loop later, when the
   * code after this one has gone as far as it can; with a function, when `fn(...args)` has ended, however it ended.
   *
   * @returns what `fn` returned.
   * @throws {TypeError | RangeError} as a rejection, when `position` is no integer >= 0, or was used before.
   */
  step(position: number): Promise<void>;
  step<A extends unknown[], R>(position: number, fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  async step(position: number, fn?: (...args: unknown[]) => unknown, ...args: unknown[]): Promise<unknown> {
    checkedCount('position', position);
    if (this.#made.has(position))
      throw new RangeError(`step ${position} was used before; number each step once`);
    this.#made.add(position);
    await this.#turnOf(position);
    if (fn === undefined) {
      void settle(1).then(() => this.#go());
      return undefined;
    }
    try {
      return await fn(...args);
    } finally {
      this.#go();
    }
  }

  #turnOf(position: number): Promise<void> | undefined {
    if (position === this.#current) return undefined;
    const turn = deferred();
    this.#waiting.set(position, turn);
    return turn.promise;
  }

  #go(): void {
    this.#current += 1;
    const next = this.#waiting.get(this.#current);
    this.#waiting.delete(this.#current);
    next?.resolve();
  }
}
