import { settle } from 'greenpool/testing';

/** Collects garbage, turn after turn, until `isDone` or until it is clear that it will not be. */
export async function collectUntil(isDone: () => boolean): Promise<boolean> {
  for (let round = 0; round < 15 && !isDone(); round += 1) {
    if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
    // What a WeakRef was asked for stays alive until the end of its job.
    await settle(1);
    globalThis.gc();
    await settle(1);
  }
  return isDone();
}

/** Whether what `refs` point to is gone after a collection. */
export function areCollected(refs: readonly WeakRef<object>[]): Promise<boolean> {
  return collectUntil(() => refs.every((ref) => ref.deref() === undefined));
}
