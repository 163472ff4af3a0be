// A task that fails disturbs neither the pool nor the other tasks. Its error is where you look for the result.
import { GreenPool, type GreenThread, sleep } from 'greenpool';

async function riskyTask(id: number): Promise<string> {
  await sleep(10);
  if (id % 3 === 0) throw new Error(`task ${id} failed!`);
  return `success ${id}`;
}

// Nobody holds a handle on what spawnN started, so its failures come here.
const pool = new GreenPool(5, { onError: (error) => console.log('onError:', (error as Error).message) });

// With handles: wait() throws the very error that the task threw, as often as you ask.
const threads: GreenThread<string>[] = [];
for (let id = 0; id < 10; id += 1) threads.push(await pool.spawn(riskyTask, id));
const results: string[] = [];
for (const thread of threads) {
  try {
    results.push(await thread.wait());
  } catch (error) {
    console.log('caught:', (error as Error).message);
  }
}
console.log('successful:', results.join(', '));

// With a map: settled() turns each failure into a value, so that the loop goes on.
for await (const outcome of pool.imap(riskyTask, [10, 11, 12]).settled()) {
  console.log(outcome.status === 'fulfilled' ? outcome.value : `rejected: ${outcome.reason.message}`);
}

// A task that takes too long is killed with a Timeout.
const slow = await pool.with({ timeout: 20 }).spawn(sleep, 60_000);
await slow.wait().catch((error) => console.log('too slow:', error.code));

await pool.spawnN(riskyTask, 99);
await pool.waitall();
