import { ignore } from '../primitives/deferred.ts';
import type { GreenThread } from './green-thread.ts';

type Thread = GreenThread<unknown>;

type Settle = (outcome: Thread | Promise<never>) => void;

let lastSettle: Settle = ignore;

// One function for all gates. It leaves `reject` to the collector: a gate that is never opened is resolved with a
// rejection instead, so that a queued caller costs 70 bytes less.
function keepResolve(resolve: Settle): void {
  lastSettle = resolve;
}

/** What the caller of a `spawn` waits behind until its thread is admitted. */
export class Gate {
  readonly promise: Promise<Thread>;
  readonly #settle: Settle;

  constructor() {
    this.promise = new Promise(keepResolve);
    this.#settle = lastSettle;
    // A promise can reach the green thread of its making: nothing global may keep one.
    lastSettle = ignore;
  }

  open(thread: Thread): void {
    this.#settle(spawned(thread));
  }

  /** The thread was withdrawn. Nobody has to handle it. */
  fail(reason: unknown): void {
    this.promise.then(undefined, ignore);
    this.#settle(Promise.reject(reason));
  }
}

/** What a `spawn` of `thread` resolves with. */
export function spawned(thread: Thread): Thread {
  // A `spawnN` is to give no handle, and its promise is typed so: what goes by the name of Thread here is undefined then.
  return thread.attention === 'none' ? (undefined as unknown as Thread) : thread;
}
