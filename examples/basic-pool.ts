// Ten tasks, at most five at a time. `spawn` waits while the pool is full, so this loop never runs ahead of the work.
import { GreenPool, type GreenThread, sleep } from 'greenpool';

async function worker(id: number, ms: number): Promise<string> {
  console.log(`task ${id} starts`);
  await sleep(ms);
  console.log(`task ${id} is done`);
  return `result ${id}`;
}

const pool = new GreenPool(5);
const threads: GreenThread<string>[] = [];

for (let id = 0; id < 10; id += 1) {
  // Resolves when the task has a slot, not when it has ended. The sixth task gets the slot of the first that ends.
  threads.push(await pool.spawn(worker, id, 200 + 40 * (id % 5)));
}

await pool.waitall();
console.log(`all done: ${pool.running()} running, ${pool.free()} free`);

// A handle keeps its result for as long as you keep the handle.
for (const thread of threads) console.log(await thread.wait());
