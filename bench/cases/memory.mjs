// How much heap does a caller take that queues behind a blocked pool? (B6)
import { atMostSlower } from '../bars.mjs';
import { callers, openFastqCallback } from '../contenders/callers.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { sumBelow } from '../work.mjs';

const SLOTS = 1;
const BLOCKER = -1;

/** `openCall(task)` resolves with `call(item)`, which queues; what it returns is kept, as its caller would. */
function contender(name, role, openCall) {
  return {
    name,
    role,
    isOneShot: true,
    async open() {
      let sum = 0;
      let left = 0;
      let allEnded;
      let unblock;
      const blocked = new Promise((resolve) => {
        unblock = resolve;
      });
      const call = await openCall(async (item) => {
        if (item === BLOCKER) return blocked;
        sum += item;
        left -= 1;
        if (left === 0) allEnded();
        return item;
      });
      return {
        async run(total) {
          left = total;
          const ended = new Promise((resolve) => {
            allEnded = resolve;
          });
          call(BLOCKER);
          // Room for what the caller keeps is not the queue's, so it is taken before the first reading.
          const kept = new Array(total).fill(undefined);
          const before = heap();
          for (let i = 0; i < total; i += 1) kept[i] = call(i);
          const bytesPerCaller = (heap() - before) / total;
          unblock(BLOCKER);
          await ended;
          return { checksum: sum, bytesPerCaller, callers: kept.length };
        },
      };
    },
  };
}

function heap() {
  gc();
  return process.memoryUsage().heapUsed;
}

function greenpool(method, context) {
  return contender(`greenpool ${method}, ${context ? ON : OFF}`, 'greenpool', async (task) => {
    const pool = await openPool(SLOTS, { context });
    return (item) => pool[method](task, item);
  });
}

const peers = ['throat', 'fastq promise', 'async.queue', 'p-limit', 'p-queue', 'plimit-lit'];
const methods = ['run', 'spawn', 'spawnN'];
const field = 'bytesPerCaller';

export default {
  title: 'heap for each caller that queues behind a blocked pool',
  figure: field,
  count: 1_000_000,
  expected: sumBelow,
  contenders: [
    ...methods.map((method) => greenpool(method, true)),
    greenpool('run', false),
    greenpool('spawn', false),
    contender('fastq callback', 'peer', async (task) => {
      const push = await openFastqCallback(task, SLOTS);
      const done = () => {};
      return (item) => push(item, done);
    }),
    ...peers.map((name) => contender(name, 'peer', (task) => callers[name](task, SLOTS))),
  ],
  bars: [`greenpool run, ${ON}`, `greenpool spawn, ${ON}`].flatMap((name) =>
    ['p-limit', 'fastq promise'].map((peer) => atMostSlower('B6', name, 1, peer, field)),
  ),
};
