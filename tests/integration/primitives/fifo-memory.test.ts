import { getHeapSpaceStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { Fifo } from '../../../src/primitives/fifo.ts';

/** What lies in the old generation, dead or alive: only a full collection looks there, and none is made here. */
function oldBytes(): number {
  const old = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space');
  if (old === undefined) throw new Error('this host has no old generation');
  return old.space_used_size;
}

test('a queue that never empties leaves no used chunks to the old generation', () => {
  const queue = new Fifo<number>();
  for (let n = 0; n < 1500; n += 1) queue.push(n);
  // Its chunks are old now. Were they linked when they die, each would keep the next, 8 kB for 1,024 items: 40 MB in all.
  globalThis.gc?.();
  globalThis.gc?.();
  const before = oldBytes();

  for (let n = 0; n < 5_000_000; n += 1) {
    queue.push(n);
    queue.shift();
  }

  expect(queue.length).toBe(1500);
  expect(oldBytes() - before).toBeLessThan(4_000_000);
});
