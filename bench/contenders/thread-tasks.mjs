// What the contenders run in threads.
import { defineTasks } from '../../dist/index.js';
import { transfer } from '../../dist/threads/index.js';

// About 5 ms of one core. A fixed count, so that all contenders do the same.
const STEPS = 5_600_000;

/** Computes for a while and gives `item` back. */
export function compute(item) {
  let state = item | 1;
  for (let step = 0; step < STEPS; step += 1) state = Math.imul(state, 1_664_525);
  // It stays odd, which no compiler sees, so that none leaves the loop out.
  return state === 0 ? Number.NaN : item;
}

/** Counts how often the bytes have been here, and moves them back. */
function count(bytes) {
  countUp(bytes);
  return transfer(bytes, [bytes.buffer]);
}

export function countUp(bytes) {
  new Uint32Array(bytes.buffer, 0, 1)[0] += 1;
}

export const tasks = defineTasks(import.meta.url, {
  add: (a, b) => a + b,
  compute,
  count,
  countCopy(bytes) {
    countUp(bytes);
    return bytes;
  },
});
