import type { Clock } from '../primitives/clock.ts';
import { WaitQueue } from '../primitives/wait-queue.ts';
import type { WaitOptions } from '../primitives/waiter.ts';

/**
 * Tells when a pool has come to rest. Nothing running and nobody queued is not enough: a producer may stand between two
 * spawns. The pool is at rest when a whole turn of the event loop passed without anything having run or queued.
 */
export class IdleWatch {
  readonly #clock: Clock;
  readonly #isBusy: () => boolean;
  readonly #waiters = new WaitQueue<void>('waitall()');
  #activity = 0;
  #isChecking = false;

  constructor(clock: Clock, isBusy: () => boolean) {
    this.#clock = clock;
    this.#isBusy = isBusy;
  }

  /** Something runs or queues from now on. */
  stir(): void {
    this.#activity += 1;
  }

  /** Something has ended or left. */
  settle(): void {
    if (this.#waiters.length === 0 || this.#isChecking || this.#isBusy()) return;
    const before = this.#activity;
    this.#isChecking = true;
    this.#clock.nextTurn(() => {
      this.#isChecking = false;
      if (this.#activity === before) this.#waiters.grantAll(undefined);
      else this.settle();
    });
  }

  /** Parks the caller until the pool is at rest; the pool is busy now. */
  park(options: WaitOptions | undefined): Promise<void> {
    return this.#waiters.park(options, this.#clock);
  }
}
