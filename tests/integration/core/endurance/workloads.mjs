// What one round does, in parts. Each part takes the pool, the number of tasks it is to start and a tally, and returns
// when all it started has ended. Between them they use every way in and every way out.
import { Event, GreenPile, Queue, ResourcePool, Semaphore, sleep, spawn, withTimeout } from 'greenpool';

const quietly = () => {};
const number = (n) => n;
const pause = async (n) => {
  await sleep(0);
  return n;
};
const forever = () => sleep(60_000_000);

function demand(condition, what) {
  if (!condition) throw new Error(`endurance: ${what}`);
}

function* count(n) {
  for (let index = 0; index < n; index += 1) yield index;
}

/** Producers that wait for a slot each time, while the size changes under them. Some tasks fail. */
async function spawning(pool, tasks, tally) {
  const { size } = pool;
  const view = pool.with({ signal: tally.shared });
  for (let index = 0; index < tasks; index += 1) {
    if (index % 500 === 0) pool.resize([1, 7, 64, size][(index / 500) % 4]);
    if (index % 3 === 0) await view.spawnN(number, index);
    else if (index % 101 === 0) await spawnFailing(pool, index, tally);
    else if (index % 97 === 0) await pool.spawn(pause, index);
    else await view.spawn(number, index);
  }
  pool.resize(size);
  tally.tasks += tasks;
}

async function spawnFailing(pool, index, tally) {
  const thread = await pool.spawn(() => {
    throw new Error(`task ${index}`);
  });
  tally.failed += 1;
  // Half of them are looked at; the others are dropped, and must be reported.
  if (index % 2 === 0) await thread.wait().catch(quietly);
  else tally.unseen += 1;
}

async function running(pool, tasks, tally) {
  for (let left = tasks; left > 0; left -= 1000) {
    const batch = Math.min(left, 1000);
    const results = await Promise.all(Array.from({ length: batch }, (_, n) => pool.run(number, n)));
    demand(results.length === batch && results.at(-1) === batch - 1, 'run() lost results');
  }
  tally.tasks += tasks;
}

async function mapping(pool, tasks, tally) {
  const third = Math.ceil(tasks / 3);
  let sum = 0;
  for await (const n of pool.imap(number, count(third))) {
    demand(n === sum, 'imap() out of order');
    sum += 1;
  }
  for await (const n of pool.imapUnordered((value) => (value % 50 === 0 ? pause(1) : 1), count(third)))
    sum += n;
  for await (const n of pool.imap(
    number,
    pool.starmap((a, b) => a - b, zipped(third)),
  ))
    sum += n;
  demand(sum === third * 3, `maps gave ${sum} of ${third * 3}`);
  const stopped = pool.imap(pause, count(1_000_000));
  for await (const n of stopped) if (n > 10) break;
  // The map of a map runs each of its items twice.
  tally.tasks += third * 4;
}

function* zipped(n) {
  for (const index of count(n)) yield [index + 1, index];
}

async function piling(pool, tasks, tally) {
  for (const order of ['completion', 'spawn']) {
    const pile = new GreenPile(pool, { order });
    const half = Math.floor(tasks / 2);
    let taken = 0;
    for (const index of count(half)) {
      await pile.spawn(index % 100 === 0 ? pause : number, index);
      if (index % 4 === 0) taken += (await pile.next({ signal: tally.shared })).done ? 0 : 1;
    }
    for await (const _ of pile) taken += 1;
    demand(taken === half && pile.length === 0, `a pile gave ${taken} of ${half}`);
  }
  tally.tasks += tasks;
}

/** Members that spawn on their own pool, which is full; and a chain in which each task spawns the next and ends. */
async function nesting(pool, tasks, tally) {
  const { size } = pool;
  pool.resize(2);
  const fib = async (n) => (n < 2 ? 1 : (await pool.run(fib, n - 1)) + (await pool.run(fib, n - 2)));
  let sum = 0;
  // fib(6) is 25 tasks.
  for (const _ of count(Math.floor(tasks / 50))) sum += await pool.run(fib, 6);
  demand(sum === Math.floor(tasks / 50) * 13, 'nested calls gave wrong results');
  const links = Math.floor(tasks / 2);
  await new Promise((resolve) => {
    const link = (left) => (left === 0 ? resolve() : void pool.spawn(link, left - 1).catch(quietly));
    void pool.spawn(link, links);
  });
  await pool.waitall();
  pool.resize(size);
  tally.tasks += Math.floor(tasks / 50) * 25 + links;
}

/** Tasks that are killed in a primitive, callers that are aborted in the line, tasks that run out of time. */
async function killing(pool, tasks, tally) {
  const third = Math.floor(tasks / 3);
  await pool.waitall();
  for (let left = third; left > 0; left -= pool.size) {
    const threads = [];
    for (const _ of count(pool.size)) threads.push(await pool.spawn(forever));
    const controller = new AbortController();
    const queued = Array.from({ length: threads.length }, () =>
      pool.with({ signal: controller.signal }).spawn(number, 1),
    );
    const refused = Promise.allSettled(queued);
    await sleep(0);
    demand(pool.waiting() === threads.length, `${pool.waiting()} callers wait, not ${threads.length}`);
    controller.abort(new Error('withdrawn'));
    tally.withdrawn += (await refused).filter(({ status }) => status === 'rejected').length;
    for (const thread of threads) void thread.kill();
    await Promise.all(threads.map((thread) => thread.wait().catch(quietly)));
    tally.killed += threads.length;
    tally.tasks += threads.length;
  }
  const limited = pool.with({ timeout: 1, signal: tally.shared });
  const late = await Promise.allSettled(Array.from({ length: third }, () => limited.run(forever)));
  tally.timedOut += late.filter(({ reason }) => reason?.code === 'ERR_TIMEOUT').length;
  const all = Promise.allSettled(Array.from({ length: third }, () => pool.run(forever)));
  await sleep(0);
  await pool.kill(new Error('all'));
  tally.killed += (await all).filter(({ status }) => status === 'rejected').length;
  tally.tasks += third * 2;
}

/** Green threads without a pool that meet in primitives, and waits that give up. */
async function meeting(pool, tasks, tally) {
  const queue = new Queue(16);
  const semaphore = new Semaphore(3);
  const resources = new ResourcePool({ create: () => ({}), maxSize: 4 });
  const quarter = Math.floor(tasks / 4);
  let sum = 0;
  const consumers = Array.from({ length: 4 }, () =>
    spawn(async () => {
      for await (const n of queue) sum += n;
    }),
  );
  for (const _ of count(quarter)) await queue.put(1);
  queue.close();
  for (const consumer of consumers) await consumer.wait();
  demand(sum === quarter, `the queue passed ${sum} of ${quarter}`);
  await pool
    .imapUnordered(async () => {
      const permit = await semaphore.acquire({ signal: tally.shared });
      try {
        return await resources.item(number);
      } finally {
        permit.release();
      }
    }, count(quarter))
    .settled()
    .toArray();
  demand(semaphore.balance === 3 && resources.waiting() === 0, 'a permit or a resource is missing');
  const never = new Event();
  const waits = Array.from({ length: quarter }, (_, n) =>
    n % 2 === 0 ? never.wait({ timeout: 1, signal: tally.shared }) : withTimeout(1, () => never.wait()),
  );
  const given = await Promise.allSettled(waits);
  tally.timedOut += given.filter(({ reason }) => reason?.code === 'ERR_TIMEOUT').length;
  tally.tasks += quarter * 2;
}

/** Each part and its share of the tasks of a round. */
export const parts = [
  [spawning, 0.4],
  [running, 0.15],
  [mapping, 0.12],
  [piling, 0.1],
  [nesting, 0.1],
  [killing, 0.05],
  [meeting, 0.08],
];
