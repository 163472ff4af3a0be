// What does each limit add to a call, and what does it cost in p-queue? None of them holds anything back here. (B9)
import { addsAtMost, atLeastFaster } from '../bars.mjs';
import { ON, openPool } from '../contenders/greenpool.mjs';
import { queueBatches, sumBelow, task } from '../work.mjs';

const SLOTS = 100;
const COUNT = 200_000;
const BATCH = 1_000;
const MANY = 1_000_000;
const HOUR = 3_600_000;
const KEYS = 100;

/** Queues `BATCH` calls at once, again and again, as a busy program does. */
function contender(name, role, openCall) {
  return {
    name,
    role,
    async open() {
      const call = await openCall();
      return {
        run: (total) => queueBatches(call, total, BATCH),
      };
    },
  };
}

const views = {
  'no limits': {},
  rate: { rate: { limit: MANY, interval: 1, burst: MANY } },
  key: { key: (item) => item % KEYS, perKey: { limit: SLOTS } },
  priority: { priority: 1 },
  timeout: { timeout: HOUR },
  retry: { retry: { attempts: 3 } },
};

const greenpool = (limit) => `greenpool, ${ON}, ${limit}`;

function pooled(limit) {
  return contender(greenpool(limit), 'greenpool', async () => {
    const pool = await openPool(SLOTS, views[limit]);
    return (item) => pool.run(task, item);
  });
}

function queued(name, options, perTask) {
  return contender(name, 'peer', async () => {
    const { default: PQueue } = await import('p-queue');
    const queue = new PQueue({ concurrency: SLOTS, ...options });
    return (item) => queue.add(() => task(item), perTask);
  });
}

const peers = {
  'no limits': queued('p-queue, no limits', {}, undefined),
  rate: queued('p-queue, intervalCap', { interval: 1, intervalCap: MANY }, undefined),
  priority: queued('p-queue, priority', {}, { priority: 1 }),
  timeout: queued('p-queue, timeout', {}, { timeout: HOUR }),
};

const limits = Object.keys(views).slice(1);

export default {
  title: `run with limits that hold nothing back, ${BATCH} calls queued at once, ${SLOTS} slots`,
  count: COUNT,
  expected: sumBelow,
  contenders: [...Object.keys(views).map(pooled), ...Object.values(peers)],
  bars: [
    ...limits.map((limit) => addsAtMost('B9', greenpool(limit), 300, greenpool('no limits'))),
    ...Object.entries(peers).map(([limit, { name }]) => atLeastFaster('B9', greenpool(limit), 1, name)),
  ],
};
