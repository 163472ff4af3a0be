// What does it cost to hand the only slot from one caller to the next, down a long line? (B7)
import { atLeastFaster } from '../bars.mjs';
import { callers } from '../contenders/callers.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { queueBatches, sumBelow, task } from '../work.mjs';

const SLOTS = 1;

function contender(name, role, openCall) {
  return {
    name,
    role,
    async open() {
      const call = await openCall();
      return {
        run: (total) => queueBatches(call, total, total),
      };
    },
  };
}

function greenpool(name, context, openCall) {
  return contender(name, 'greenpool', async () => openCall(await openPool(SLOTS, { context })));
}

const viaRun = (pool) => (item) => pool.run(task, item);

// The promise of a queued spawn resolves with the handle; the chain ends when every handle has been waited for.
function viaSpawn(context) {
  return {
    name: `greenpool spawn, ${context ? ON : OFF}`,
    role: 'greenpool',
    async open() {
      const pool = await openPool(SLOTS, { context });
      return {
        async run(total) {
          const starts = [];
          for (let i = 0; i < total; i += 1) starts.push(pool.spawn(task, i));
          let sum = 0;
          for (const start of starts) {
            const thread = await start;
            const value = await thread.wait();
            sum += value;
          }
          return sum;
        },
      };
    },
  };
}

const barred = ['p-limit', 'p-queue', 'async.queue', 'plimit-lit'];
const peers = [...barred, 'throat', 'fastq promise'];
const on = `greenpool run, ${ON}`;

export default {
  title: 'hand-off, 1 slot, all callers queued',
  count: 200_000,
  expected: sumBelow,
  contenders: [
    greenpool(`greenpool run, ${OFF}`, false, viaRun),
    greenpool(on, true, viaRun),
    viaSpawn(false),
    viaSpawn(true),
    ...peers.map((name) => contender(name, 'peer', () => callers[name](task, SLOTS))),
  ],
  bars: barred.map((name) => atLeastFaster('B7', on, 1, name)),
};
