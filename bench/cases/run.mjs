// What does a call cost that returns the promise of its result, when all calls are queued at once? (B3)
import { atLeastFaster, flat } from '../bars.mjs';
import { callers } from '../contenders/callers.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { queueBatches, sumBelow, task } from '../work.mjs';

const SLOTS = 100;
const COUNT = 1_000_000;
// bottleneck goes through a timer for each job, more than 2 ms: a million would take most of an hour.
const TIMER_BOUND = 1_000;

/** Queues `batch` calls at once, again and again: a short line is timed over as many tasks as a long one. */
function contender({ name, role = 'peer', count = COUNT, batch = count }, openCall) {
  return {
    name,
    role,
    count,
    async open() {
      const call = await openCall();
      return {
        run: (total) => queueBatches(call, total, batch),
      };
    },
  };
}

function greenpool(name, context, batch) {
  return contender({ name, role: 'greenpool', ...(batch && { batch }) }, async () => {
    const pool = await openPool(SLOTS, { context });
    return (item) => pool.run(task, item);
  });
}

function peer(name, count) {
  return contender({ name, count }, () => callers[name](task, SLOTS));
}

const peers = ['throat', 'fastq promise', 'async.queue', 'p-limit', 'p-queue', 'plimit-lit'];
const off = `greenpool, ${OFF}`;
const on = `greenpool, ${ON}`;
const fewer = `greenpool, ${ON}, 100,000 at once`;

export default {
  title: 'run, all calls queued at once, 100 slots',
  count: COUNT,
  expected: sumBelow,
  contenders: [
    greenpool(off, false),
    greenpool(on, true),
    greenpool(fewer, true, COUNT / 10),
    ...peers.map((name) => peer(name, COUNT)),
    peer('bottleneck', TIMER_BOUND),
  ],
  bars: [
    atLeastFaster('B3', off, 1, 'throat'),
    ...[...peers.slice(1), 'bottleneck'].map((name) => atLeastFaster('B3', on, 1, name)),
    flat('B3', [on, fewer], 1.5, '100,000 and 1,000,000 queued'),
  ],
};
