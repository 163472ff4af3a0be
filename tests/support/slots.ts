import type { GreenPool, GreenThread } from 'greenpool';
import { deferred } from 'greenpool/testing';

/** A task that keeps its slot until told otherwise, whether or not it is killed. */
export interface Held {
  readonly thread: GreenThread<void>;
  release(): void;
}

/** Takes one slot of `pool`, which must have one free, for a task that is running when this resolves. */
export async function holdSlot(pool: GreenPool): Promise<Held> {
  const started = deferred();
  const gate = deferred();
  const thread = await pool.spawn(() => {
    started.resolve();
    return gate.promise;
  });
  await started.promise;
  return { thread, release: () => gate.resolve() };
}
