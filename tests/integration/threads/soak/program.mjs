// Kills threads at random moments while calls of all kinds go through them; then looks whether each call has ended once and
// rightly, and whether anything is left behind. Run it for long by hand:
//
//   npm run soak:threads -- --threads-killed 1000 --seed 1     moments are drawn from the seed; what a thread does by then is not
//
// Exits with 1 when anything is wrong.
import { parseArgs } from 'node:util';
import { sleep } from 'greenpool';
import { ThreadPool } from 'greenpool/threads';
import { runDeaths } from './deaths.mjs';
import { Ledger } from './ledger.mjs';
import { begunLong, longCalls, runLoad } from './load.mjs';
import { seededRandom } from './random.mjs';
import { printTable } from './table.mjs';

const SIZE = 4;
const PER_ROUND = 100;
// Nothing has settled for so long: what is open hangs.
const PATIENCE = 30_000;
// What later rounds may hold above the earlier ones: 2 kB for each thread killed between those that are compared.
const SLACK_BYTES = 1_000_000;

const { values } = parseArgs({
  options: {
    'threads-killed': { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [toKill, seed] = [Number(values['threads-killed']), Number(values.seed)];
const rounds = Math.max(2, Math.round(toKill / PER_ROUND));

const ledger = new Ledger();
const rows = [];
let [alive, dead] = [0, 0];
process.on('worker', (worker) => {
  alive += 1;
  worker.once('exit', () => {
    alive -= 1;
    dead += 1;
  });
});
process.on('unhandledRejection', (reason) => ledger.wrong.push(`unhandled rejection: ${reason}`));
process.on('warning', (warning) => ledger.wrong.push(`warning: ${warning.message}`));

// So long that no thread ends for having nothing to do: all that die were killed.
const pool = new ThreadPool(SIZE, { grace: 10, idleTimeout: 3_600_000 });
const soak = { pool, ledger, random: seededRandom(seed) };
const watchdog = setInterval(watch, 1_000);
let [lastSettled, lastProgress] = [0, performance.now()];

console.log(`seed ${seed}: ${toKill} threads to kill in ${rounds} rounds, ${SIZE} at once`);
for (let round = 1; round <= rounds; round += 1) await play(round);
finish(await closed());

async function play(round) {
  const wanted = Math.round((toKill * round) / rounds);
  const before = { dead, calls: ledger.calls, at: performance.now(), counts: { ...ledger.counts } };
  const isOver = () => dead >= wanted || ledger.wrong.length > 0;
  await Promise.all([runLoad(soak, isOver), runDeaths(soak, isOver), runDeaths(soak, isOver)]);
  await pool.waitall();
  check();
  const { heapUsed, rss } = await memory();
  const counts = Object.entries(ledger.counts).map(([name, count]) => [name, count - before.counts[name]]);
  rows.push({
    round,
    seconds: (performance.now() - before.at) / 1000,
    'threads killed': dead - before.dead,
    calls: ledger.calls - before.calls,
    ...Object.fromEntries(counts),
    heapUsed,
    rss,
  });
  console.error(`round ${round} of ${rounds}: ${dead} threads killed, ${ledger.calls} calls`);
}

/** Nothing may be left when all has ended. */
function check() {
  const counts = [pool.running(), pool.waiting(), pool.free()];
  if (`${counts}` !== `0,0,${SIZE}`) ledger.wrong.push(`running, waiting, free: ${counts}`);
  if (ledger.open.length > 0) ledger.wrong.push(`no outcome: ${ledger.open}`);
  ledger.checkEnds();
  if (begunLong[0] !== longCalls) ledger.wrong.push(`${longCalls} long calls began ${begunLong[0]} times`);
}

async function memory() {
  for (let left = 4; left > 0; left -= 1) {
    globalThis.gc();
    await sleep(1);
  }
  globalThis.gc();
  return process.memoryUsage();
}

/** The threads that are left once the pool is closed. */
async function closed() {
  await pool.close();
  return alive;
}

function watch() {
  if (ledger.settled !== lastSettled) [lastSettled, lastProgress] = [ledger.settled, performance.now()];
  if (performance.now() - lastProgress < PATIENCE) return;
  ledger.wrong.push(`nothing has ended for ${PATIENCE} ms: ${ledger.open}`);
  finish(0);
  process.exit();
}

function finish(left) {
  clearInterval(watchdog);
  if (left > 0) ledger.wrong.push(`${left} threads are left`);
  const growth = median(rows.slice(-3)) - median(rows.slice(1, 4));
  if (rows.length >= 6 && growth > SLACK_BYTES) ledger.wrong.push(`the heap grew by ${growth} bytes`);
  if (dead < toKill) ledger.wrong.push(`${dead} threads were killed, not ${toKill}`);
  for (const [name, count] of Object.entries(ledger.counts)) {
    if (count === 0) ledger.wrong.push(`no call ended as: ${name}`);
  }
  printTable(rows);
  for (const fault of ledger.wrong) console.log(`FAULT ${fault}`);
  process.exitCode = ledger.wrong.length > 0 ? 1 : 0;
}

function median(some) {
  return some.map(({ heapUsed }) => heapUsed).sort((a, b) => a - b)[Math.floor(some.length / 2)];
}
