// Does the cost of a task grow with the number of callers that queue? (B10)
import { totalmem } from 'node:os';
import { flat } from '../bars.mjs';
import { callers } from '../contenders/callers.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { sumBelow } from '../work.mjs';

const SLOTS = 100;
// Ten million queued callers need a heap of gigabytes, twice over while it is collected.
const ROOMY = 16e9;
const SIZES = [1_000, 10_000, 100_000, 1_000_000, ...(totalmem() > ROOMY ? [10_000_000] : [])];
const RANGE = `10^3 to 10^${Math.log10(SIZES.at(-1))} queued`;
// Short lines are queued again and again, so that each size is timed over at least this many tasks.
const TASKS = 1_000_000;

/** Nothing is kept, so that what grows is the line alone: a task adds its item to the sum, and its promise is dropped. */
function contender(name, role, size, openCall) {
  return {
    name: `${name}, ${size.toLocaleString('en-US')} queued`,
    role,
    count: Math.max(size, TASKS),
    async open() {
      let sum = 0;
      let left = 0;
      let allEnded;
      const call = await openCall(async (item) => {
        sum += item;
        left -= 1;
        if (left === 0) allEnded();
      });
      return {
        async run(total) {
          sum = 0;
          for (let first = 0; first < total; first += size) {
            const end = Math.min(first + size, total);
            left = end - first;
            const ended = new Promise((resolve) => {
              allEnded = resolve;
            });
            for (let i = first; i < end; i += 1) void call(i);
            await ended;
          }
          return sum;
        },
      };
    },
  };
}

const names = (name, sizes = SIZES) => sizes.map((size) => `${name}, ${size.toLocaleString('en-US')} queued`);

function greenpool(context) {
  return SIZES.map((size) =>
    contender(`greenpool, ${context ? ON : OFF}`, 'greenpool', size, async (task) => {
      const pool = await openPool(SLOTS, { context });
      return (item) => pool.run(task, item);
    }),
  );
}

// For the record, up to a million: above, most peers outgrow the memory of a small machine.
const peers = ['throat', 'p-limit'].flatMap((name) =>
  SIZES.filter((size) => size <= TASKS).map((size) =>
    contender(name, 'peer', size, (task) => callers[name](task, SLOTS)),
  ),
);

export default {
  title: 'growth, calls queued at once, 100 slots',
  count: TASKS,
  // A run that takes 20 times the usual time is only collecting garbage near the limit of its heap.
  limit: 300_000,
  flags: ['--max-old-space-size=8192'],
  expected: sumBelow,
  contenders: [...greenpool(false), ...greenpool(true), ...peers],
  bars: [
    flat('B10', names(`greenpool, ${OFF}`), 1.5, `greenpool, ${OFF}, ${RANGE}`),
    flat('B10', names(`greenpool, ${ON}`), 1.5, `greenpool, ${ON}, ${RANGE}`),
  ],
};
