import { type Deferred, deferred, rejectedQuietly } from '../../primitives/deferred.ts';

/** How far a sequence of numbered things has got, for those who wait for one of them. */
export class Milestone {
  readonly #waiting: Map<number, Deferred<void>> = new Map();
  #reached = 0;
  #failure: { readonly error: unknown } | undefined;

  get reached(): number {
    return this.#reached;
  }

  /** Resolves once `position` is reached; rejects when that will never be. */
  wait(position: number): Promise<void> {
    if (position <= this.#reached) return Promise.resolve();
    if (this.#failure !== undefined) return rejectedQuietly(this.#failure.error);
    let waiter = this.#waiting.get(position);
    if (waiter === undefined) {
      waiter = deferred<void>();
      this.#waiting.set(position, waiter);
    }
    return waiter.promise;
  }

  reach(position: number): void {
    this.#reached = Math.max(this.#reached, position);
    for (const [waitedFor, waiter] of this.#waiting) {
      if (waitedFor > this.#reached) continue;
      this.#waiting.delete(waitedFor);
      waiter.resolve();
    }
  }

  /** Nothing more will be reached. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    for (const waiter of this.#waiting.values()) waiter.reject(error);
    this.#waiting.clear();
  }
}
