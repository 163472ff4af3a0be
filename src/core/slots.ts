import type { GreenThread } from './green-thread.ts';
import { finish } from './lifecycle.ts';

type Thread = GreenThread<unknown>;

/**
 * The place of one task whose function may run. Its two callbacks are made once and serve all the tasks that come after
 * one another, where closures per task would be the dearest part of a start.
 */
export class Slot {
  thread: Thread | undefined = undefined;
  index = 0;

  readonly fulfilled = (value: unknown): void => {
    this.#settle(true, value);
  };

  readonly rejected = (error: unknown): void => {
    this.#settle(false, error);
  };

  #settle(isResult: boolean, outcome: unknown): void {
    const { thread } = this;
    if (thread === undefined) return;
    const { starter } = thread.core;
    // What moves up starts in this very job.
    const mayStart = starter.enter();
    try {
      finish(thread, isResult, outcome);
    } finally {
      if (mayStart) starter.drain();
    }
  }
}

// Idle slots kept for later. A pool that once ran a million tasks at a time must not keep a million slots.
const SPARE = 1024;

/** The admitted tasks of a pool, those in lent slots included. All O(1) but `threads`. */
export class Slots {
  readonly #taken: Slot[] = [];
  readonly #spare: Slot[] = [];

  enter(thread: Thread): void {
    const slot = this.#spare.pop() ?? new Slot();
    slot.thread = thread;
    slot.index = this.#taken.length;
    this.#taken.push(slot);
    thread.place = slot;
  }

  leave(thread: Thread): void {
    const { slot } = thread;
    const last = this.#taken.pop();
    if (slot === undefined || last === undefined) return;
    if (last !== slot) {
      this.#taken[slot.index] = last;
      last.index = slot.index;
    }
    slot.thread = undefined;
    thread.place = undefined;
    if (this.#spare.length < SPARE) this.#spare.push(slot);
  }

  /** All who are admitted now. */
  threads(): Thread[] {
    return this.#taken.flatMap(({ thread }) => thread ?? []);
  }
}
