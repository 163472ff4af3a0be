import { type Deferred, deferred } from '../../primitives/deferred.ts';
import type { Tries } from './tries.ts';

// Items that wait for their key or for another attempt, beside those that run: enough to find some that can start.
const MOST = 10_000;

/** Items that were read and are not done with: so many that memory stays flat. */
export class ItemsInHand {
  readonly #items: Set<Tries> = new Set();
  #room: Deferred<void> | undefined;

  /** Whether another item may be read. */
  get hasRoom(): boolean {
    return this.#items.size < MOST;
  }

  /** Resolves when an item has left, or when those that wait were told not to. */
  waitForRoom(): Promise<void> {
    this.#room ??= deferred();
    return this.#room.promise;
  }

  add(tries: Tries): void {
    this.#items.add(tries);
  }

  delete(tries: Tries): void {
    this.#items.delete(tries);
    this.#makeRoom();
  }

  find(id: number): Tries | undefined {
    for (const tries of this.#items) if (tries.item.id === id) return tries;
    return undefined;
  }

  /** Ends the wait of those that have yet to start. */
  cancel(): void {
    for (const { thread } of this.#items) thread?.cancel();
    this.#makeRoom();
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}
