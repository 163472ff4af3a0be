import { Resolvable } from '../primitives/deferred.ts';
import type { GreenThread } from './green-thread.ts';

type Thread = GreenThread<unknown>;

/** What a queued thread waits behind: the promise that `spawn` returns, and that its admission resolves. */
export class Gate extends Resolvable<Thread> {
  open(thread: Thread): void {
    this.resolve(spawned(thread));
  }
}

/** What a `spawn` of `thread` resolves with. */
export function spawned(thread: Thread): Thread {
  // A `spawnN` is to give no handle, and its promise is typed so: what goes by the name of Thread here is undefined then.
  return thread.attention === 'none' ? (undefined as unknown as Thread) : thread;
}
