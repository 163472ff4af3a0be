// What does it cost to map an array and collect the results, in order? (B4)
import { atLeastFaster } from '../bars.mjs';
import { loopsFloor } from '../contenders/floors.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { itemsBelow, sumBelow, task } from '../work.mjs';

const SLOTS = 100;

/** `openMap` resolves with `map(items)`, which resolves with the array of results. */
function contender(name, role, openMap) {
  return {
    name,
    role,
    async open() {
      const map = await openMap();
      return {
        async run(total) {
          const results = await map([...itemsBelow(total)]);
          let sum = 0;
          for (const value of results) sum += value;
          return sum;
        },
      };
    },
  };
}

function greenpool(name, context) {
  return contender(name, 'greenpool', async () => {
    const pool = await openPool(SLOTS, { context });
    return (items) => pool.imap(task, items).toArray();
  });
}

const on = `greenpool imap, ${ON}`;

export default {
  title: 'imap over an array, collected, 100 slots',
  count: 1_000_000,
  expected: sumBelow,
  contenders: [
    contender('F2 loops', 'floor', () => (items) => loopsFloor(task, SLOTS, items)),
    greenpool(`greenpool imap, ${OFF}`, false),
    greenpool(on, true),
    contender('async.mapLimit', 'peer', async () => {
      const { mapLimit } = await import('async');
      return (items) => mapLimit(items, SLOTS, task);
    }),
    contender('p-map', 'peer', async () => {
      const { default: pMap } = await import('p-map');
      return (items) => pMap(items, task, { concurrency: SLOTS });
    }),
    contender('promise-pool', 'peer', async () => {
      const { PromisePool } = await import('@supercharge/promise-pool');
      return async (items) => {
        const { results } = await PromisePool.withConcurrency(SLOTS)
          .for(items)
          .useCorrespondingResults()
          .process(task);
        return results;
      };
    }),
    contender('effect', 'peer', async () => {
      const { Effect } = await import('effect');
      const call = (item) => Effect.promise(() => task(item));
      return (items) => Effect.runPromise(Effect.forEach(items, call, { concurrency: SLOTS }));
    }),
  ],
  bars: [atLeastFaster('B4', on, 1.2, 'async.mapLimit'), atLeastFaster('B4', on, 2.5, 'p-map')],
};
