import type fc from 'fast-check';

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** So many steps of the microtask queue. */
export async function microtasks(count = 1): Promise<void> {
  for (let left = count; left > 0; left -= 1) await Promise.resolve();
}

/** Nothing in a plan takes longer when all that could be done has been done. */
const PATIENCE = 300;

/**
 * The outcome of `promise`. Where it has none although the event loop went round and round with nothing left to do, that is a hang, and
 * an error: no law waits for a clock.
 *
 * `progress` is any number that changes while things go on.
 */
export async function ends<T>(
  what: string,
  promise: Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  promise.then(over, over);
  let before = progress();
  for (let idle = 0; !isOver; idle += 1) {
    if (idle === PATIENCE) throw new Error(`${what} never ended`);
    await turn();
    const now = progress();
    if (now !== before) idle = 0;
    before = now;
  }
  return promise;
}

/** As `ends`, letting `scheduler` decide who goes on. */
export async function drive<T>(what: string, scheduler: fc.Scheduler, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  promise.then(over, over);
  for (let idle = 0; !isOver; idle += 1) {
    if (idle === PATIENCE) throw new Error(`${what} never ended`);
    if (scheduler.count() > 0) idle = 0;
    await scheduler.waitIdle();
    await turn();
  }
  return promise;
}
