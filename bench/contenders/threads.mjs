// Pools of threads, each called as its own documentation shows, and the loops that keep so many calls under way.
import { join } from 'node:path';

/** `open(task)` resolves with `call(item, ...)` for one of the tasks of thread-tasks.mjs. */
export const pools = {
  greenpool: async (task, threads) => {
    const { ThreadPool } = await import('../../dist/threads/index.js');
    const { tasks } = await import('./thread-tasks.mjs');
    const pool = new ThreadPool(threads);
    return (...args) => pool.run(tasks[task], ...args);
  },
  piscina: async (task, threads) => {
    const { Piscina } = await import('piscina');
    const filename = join(import.meta.dirname, 'piscina-tasks.mjs');
    const pool = new Piscina({ filename, minThreads: threads, maxThreads: threads });
    const options = { name: task };
    // A task of its takes one argument.
    return (...args) => pool.run(args.length === 1 ? args[0] : args, options);
  },
};

/** Makes `total` calls, `inFlight` of them at a time, and sums up what they come to. */
export async function sumInFlight(call, total, inFlight) {
  let next = 0;
  let sum = 0;
  async function loop() {
    while (next < total) {
      const item = next;
      next += 1;
      // Read after the await: `sum += await` would read it before.
      const value = await call(item);
      sum += value;
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop));
  return sum;
}
