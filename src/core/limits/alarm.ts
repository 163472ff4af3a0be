import type { Clock } from '../../primitives/clock.ts';
import { type Deadline, deadlinesOf, type Expiring } from '../../primitives/deadlines.ts';

/** One call at the earliest of several moments. */
export class Alarm implements Expiring {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #deadline: Deadline | undefined = undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings at `at`, in ms, if not before. */
  expectBy(at: number): void {
    if (this.#deadline !== undefined && this.#deadline.at <= at) return;
    this.forget();
    this.#deadline = deadlinesOf(this.#clock).add(this, at - this.#clock.now());
  }

  /** Does not ring any more. */
  forget(): void {
    if (this.#deadline !== undefined) deadlinesOf(this.#clock).remove(this.#deadline);
    this.#deadline = undefined;
  }

  expire(): void {
    this.#deadline = undefined;
    this.#ring();
  }
}
