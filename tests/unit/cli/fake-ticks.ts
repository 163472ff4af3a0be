import type { Ticks } from '../../../src/cli/ticks.ts';

interface Timer {
  at: number;
  readonly fn: () => void;
  readonly every: number | undefined;
}

/** Time that passes when the test says so. */
export class FakeTicks implements Ticks {
  readonly #timers = new Set<Timer>();
  #now = 0;

  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  every(ms: number, fn: () => void): () => void {
    return this.#add({ at: this.#now + ms, fn, every: ms });
  }

  after(ms: number, fn: () => void): () => void {
    return this.#add({ at: this.#now + ms, fn, every: undefined });
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#now = next.at;
      if (next.every === undefined) this.#timers.delete(next);
      else next.at += next.every;
      next.fn();
    }
    this.#now = end;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
