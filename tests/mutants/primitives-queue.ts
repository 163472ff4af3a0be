import { PriorityQueue } from '../../src/primitives/priority-queue.ts';
import { Queue } from '../../src/primitives/queue.ts';
import { settle } from '../../src/testing/index.ts';

interface Options {
  signal?: AbortSignal | undefined;
}

/** The promise rejects when the signal aborts; whatever `promise` waits for, it goes on to wait for. */
function abandoning<R>(promise: Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

/** A getter that gave up stays in line: the item it is handed later is lost. */
export class LosingQueue extends Queue<number> {
  override get({ signal }: Options = {}): Promise<number> {
    return abandoning(super.get(), signal);
  }
}

/** A putter that gave up stays in line: its item comes in later all the same. */
export class HauntedQueue extends Queue<number> {
  override put(item: number, { signal }: Options = {}): Promise<void> {
    return abandoning(super.put(item), signal);
  }
}

/** No hand-off: putters look for room now and then, and whoever looks first goes in. */
export class BargingQueue extends Queue<number> {
  override async put(item: number, { signal }: Options = {}): Promise<void> {
    while (this.full() && this.getting() === 0 && this.maxsize !== 0) {
      await settle(1);
      signal?.throwIfAborted();
    }
    await super.put(item, { signal });
  }
}

/** Gives the smallest item first, though it was asked for the oldest. */
export class SortingQueue extends PriorityQueue<number> {}

/** Takes one item more than fits. */
export class OverfullQueue extends Queue<number> {
  constructor(maxsize: number | null) {
    super(maxsize === null ? null : maxsize + 1);
  }
}
