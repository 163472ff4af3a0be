import type { GreenThread } from '../../core/green-thread.ts';
import { type Deferred, deferred } from '../../primitives/deferred.ts';

// Items that wait for their key or for another attempt, beside those that run: enough to find some that can start.
const MOST = 10_000;

/** The green threads of items that were read and are not done with: so many that memory stays flat. */
export class ItemsInHand {
  readonly #threads: Set<GreenThread<unknown>> = new Set();
  #room: Deferred<void> | undefined;

  /** Whether another item may be read. */
  get hasRoom(): boolean {
    return this.#threads.size < MOST;
  }

  /** Resolves when an item has left, or when those that wait were told not to. */
  waitForRoom(): Promise<void> {
    this.#room ??= deferred();
    return this.#room.promise;
  }

  add(thread: GreenThread<unknown>): void {
    this.#threads.add(thread);
  }

  delete(thread: GreenThread<unknown>): void {
    this.#threads.delete(thread);
    this.#makeRoom();
  }

  /** Ends the wait of those that have yet to start. */
  cancel(): void {
    for (const thread of this.#threads) thread.cancel();
    this.#makeRoom();
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
