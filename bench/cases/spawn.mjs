// What does a task cost that is spawned with back-pressure and whose handle is kept and waited for? (B1, B2)
import { atLeastFaster, atMostSlower } from '../bars.mjs';
import { callers, openFastqCallback } from '../contenders/callers.mjs';
import { handleFloor } from '../contenders/floors.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { originals } from '../contenders/originals.mjs';
import { sumBelow, sumOf, task } from '../work.mjs';

const SLOTS = 100;
const BY_HAND = 'ring by hand';

const floor = {
  name: 'F1 handle',
  role: 'floor',
  open: () => ({ run: (count) => handleFloor(task, SLOTS, count) }),
};

function greenpool(word, context) {
  return {
    name: `greenpool, ${word}`,
    role: 'greenpool',
    async open() {
      const pool = await openPool(SLOTS, { context });
      return {
        async run(count) {
          const kept = [];
          for (let i = 0; i < count; i += 1) kept.push(await pool.spawn(task, i));
          let sum = 0;
          for (const thread of kept) {
            const value = await thread.wait();
            sum += value;
          }
          return sum;
        },
      };
    },
  };
}

// No peer makes its caller wait, so its users queue everything at once; the bars are against that. Beside it stands what
// remains of the peer when the caller bounds the calls in flight by hand, with the ring of F1: the peer's own queue
// stays empty then, and the ring does the limiting.
function atOnce(name) {
  return {
    name,
    async open() {
      const call = await callers[name](task, SLOTS);
      return {
        async run(count) {
          const kept = [];
          for (let i = 0; i < count; i += 1) kept.push(call(i));
          return sumOf(kept);
        },
      };
    },
  };
}

function byHand(name) {
  return {
    name: `${name}, ${BY_HAND}`,
    async open() {
      const call = await callers[name](task, SLOTS);
      return {
        async run(count) {
          const kept = [];
          for (let i = 0; i < count; i += 1) {
            if (i >= SLOTS) await kept[i - SLOTS];
            kept.push(call(i));
          }
          return sumOf(kept);
        },
      };
    },
  };
}

// As fastq's README pushes: a callback for each call, which keeps its result.
const fastqCallback = {
  name: 'fastq callback',
  async open() {
    const push = await openFastqCallback(task, SLOTS);
    return {
      run: (count) =>
        new Promise((resolve, reject) => {
          const kept = [];
          let ended = 0;
          for (let i = 0; i < count; i += 1) {
            const handle = { value: undefined };
            kept.push(handle);
            push(i, (error, value) => {
              if (error !== null) reject(error);
              handle.value = value;
              ended += 1;
              if (ended === count) resolve(sumOfHandles(kept));
            });
          }
        }),
    };
  },
};

// The leanest use of fastq: the result object is what is queued, and one callback serves all calls.
const fastqRecords = {
  name: 'fastq callback, shared',
  async open() {
    const push = await openFastqCallback(async (handle) => {
      handle.value = await task(handle.item);
    }, SLOTS);
    return {
      run: (count) =>
        new Promise((resolve, reject) => {
          const kept = [];
          let ended = 0;
          const done = (error) => {
            if (error !== null) reject(error);
            ended += 1;
            if (ended === count) resolve(sumOfHandles(kept));
          };
          for (let i = 0; i < count; i += 1) {
            const handle = { item: i, value: undefined };
            kept.push(handle);
            push(handle, done);
          }
        }),
    };
  },
};

function sumOfHandles(handles) {
  let sum = 0;
  for (const handle of handles) sum += handle.value;
  return sum;
}

const peers = ['throat', 'async.queue', 'fastq promise', 'p-limit', 'p-queue'];
const off = `greenpool, ${OFF}`;
const on = `greenpool, ${ON}`;

export default {
  title: 'spawn and wait, handles kept, 100 slots',
  count: 1_000_000,
  expected: sumBelow,
  contenders: [
    floor,
    greenpool(OFF, false),
    greenpool(ON, true),
    fastqCallback,
    fastqRecords,
    ...peers.flatMap((name) => [atOnce(name), byHand(name)]),
    ...originals,
  ],
  bars: [
    atMostSlower('B1', off, 1.6, floor.name),
    atLeastFaster('B1', off, 2, 'fastq callback'),
    atLeastFaster('B1', off, 5, 'fastq promise'),
    atLeastFaster('B1', off, 6, 'p-limit'),
    atLeastFaster('B1', off, 6, 'p-queue'),
    atLeastFaster('B2', on, 2, 'p-limit'),
    atLeastFaster('B2', on, 2, 'p-queue'),
    atMostSlower('B2', on, 2, off),
  ],
};
