// A producer starts work in a pool and hands it over through a queue; a consumer takes the results in order. Both ends
// push back: the pool bounds what runs at a time, and the queue bounds how far the producer may be ahead.
import { GreenPool, type GreenThread, Queue, sleep, spawn } from 'greenpool';

const pool = new GreenPool(5);
const queue = new Queue<GreenThread<string>>(3);
let furthest = 0;

async function createItem(id: number): Promise<string> {
  await sleep(30);
  return `item ${id}`;
}

async function produce(count: number): Promise<void> {
  for (let id = 1; id <= count; id += 1) {
    // The handle, not the result: the consumer waits for the result, while the producer starts the next one.
    await queue.put(await pool.spawn(createItem, id));
    furthest = Math.max(furthest, queue.qsize());
  }
  // No more will come. What is in the queue can still be taken; then the consumer's loop ends.
  queue.close();
}

async function consume(): Promise<void> {
  for await (const thread of queue) {
    console.log(`consumed ${await thread.wait()}`);
    await sleep(15); // slower than the producer, which therefore has to wait
  }
}

const consumer = spawn(consume);
await spawn(produce, 10).wait();
console.log('the producer is done');
await consumer.wait();
console.log(`the consumer is done; the queue never held more than ${furthest}`);
