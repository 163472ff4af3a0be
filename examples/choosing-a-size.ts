// How many slots? Ask what a task waits for. Each line below: a hundred tasks, and how many were under way at one time.
import { GreenPool, ResourcePool, sleep } from 'greenpool';

let [now, peak] = [0, 0];

async function counted(work: () => unknown): Promise<void> {
  now += 1;
  peak = Math.max(peak, now);
  const result = work();
  if (result instanceof Promise) await result;
  now -= 1;
}

async function runHundred(size: number, task: () => unknown): Promise<void> {
  peak = 0;
  const pool = new GreenPool(size);
  for (let id = 0; id < 100; id += 1) await pool.spawnN(task);
  await pool.waitall();
}

console.log('I/O: others do the work. As many slots as they can stand.');
for (const size of [10, 100]) {
  await runHundred(size, () => counted(() => sleep(20)));
  console.log(`  size ${size}: ${peak} requests at once, ${100 / peak} x 20 ms for all`);
}

console.log('CPU: one JavaScript thread computes. More slots do not make it two, so a few are enough.');
const fibonacci = (n: number): number => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
for (const size of [1, 10]) {
  await runHundred(size, () => counted(() => fibonacci(12)));
  console.log(`  size ${size}: ${peak} computation at once`);
}

console.log('Database: one slot per connection. With more, tasks hold a slot only to wait for a connection.');
for (const size of [10, 4]) {
  const connections = new ResourcePool({ create: () => ({ query: () => sleep(5) }), maxSize: 4 });
  await runHundred(size, () => connections.item((connection) => counted(connection.query)));
  console.log(`  size ${size}, 4 connections: ${peak} queries at once, ${size - peak} slots wasted`);
}
