// Starts a great many green threads, kills some, lets some run out of time and changes the size all the while; then looks at
// what is left behind: nothing may be. Run it with more than the test does by hand:
//
//   npm run build && node --expose-gc tests/integration/core/endurance/program.mjs --tasks 1000000 --rounds 10
//
// Prints its counts as one line of JSON and exits with 1 when anything is wrong.
import { getEventListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { GreenPool, sleep } from 'greenpool';
import { parts } from './workloads.mjs';

const { values } = parseArgs({
  options: { tasks: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '10' } },
});
const [tasks, rounds] = [Number(values.tasks), Number(values.rounds)];

// What later rounds may hold above the earlier ones. The smallest leak, one object of 50 bytes for each killed task, would
// come to several times that between the rounds compared.
const SLACK_BYTES = 1_000_000;

const wrong = [];
const reported = new Set();
let reports = 0;
process.on('unhandledRejection', (reason) => wrong.push(`unhandled rejection: ${reason}`));
process.on('warning', (warning) => wrong.push(`warning: ${warning.message}`));

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function heapUsed() {
  for (let left = 4; left > 0; left -= 1) {
    globalThis.gc();
    await sleep(1);
  }
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const controller = new AbortController();
const tally = { tasks: 0, failed: 0, unseen: 0, killed: 0, withdrawn: 0, timedOut: 0 };
Object.defineProperty(tally, 'shared', { value: controller.signal });

const onError = (error, { id }) => {
  reports += 1;
  if (reported.has(id)) wrong.push(`reported twice: ${error}`);
  reported.add(id);
};

async function round() {
  const pool = new GreenPool(100, { name: 'endurance', onError });
  for (const [part, share] of parts) {
    await part(pool, Math.floor(tasks * share), tally);
    await pool.waitall();
    const { size } = pool;
    const counts = { running: pool.running(), waiting: pool.waiting(), free: pool.free(), size };
    if (counts.running !== 0 || counts.waiting !== 0 || counts.free !== 100 || size !== 100) {
      wrong.push(`after ${part.name}: ${JSON.stringify(counts)}`);
    }
  }
}

const started = performance.now();
const heaps = [];
for (let number = 0; number < rounds; number += 1) {
  await round();
  // The ids are the test's own memory.
  reported.clear();
  heaps.push(await heapUsed());
}

const growth = median(heaps.slice(-3)) - median(heaps.slice(1, 4));
if (rounds >= 6 && growth > SLACK_BYTES) wrong.push(`the heap grew by ${growth} bytes: ${heaps}`);
const listeners = getEventListeners(controller.signal, 'abort').length;
if (listeners > 0) wrong.push(`${listeners} listeners are left on the shared signal`);
const active = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate');
if (active.length > 0) wrong.push(`timers are left: ${active}`);
for (const name of ['failed', 'killed', 'withdrawn', 'timedOut']) {
  if (tally[name] === 0) wrong.push(`nothing was ${name}`);
}

// By now, or in the library's own `beforeExit`, every failure that nobody looked at has been reported.
process.on('exit', () => {
  if (reports !== tally.unseen) wrong.push(`${reports} failures were reported, not ${tally.unseen}`);
  const seconds = Math.round(performance.now() - started) / 1000;
  const memory = { growth, first: heaps[0], last: heaps.at(-1) };
  console.log(
    JSON.stringify({ ...tally, rounds, reports, listeners, timers: active.length, memory, seconds, wrong }),
  );
  if (wrong.length > 0) process.exitCode = 1;
});
