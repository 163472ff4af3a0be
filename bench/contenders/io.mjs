// The contenders of both io cases: the loop a careful user would write by hand, and the pool's calls for the same job.
import { itemsBelow, sumBelow } from '../work.mjs';
import { loopsFloor } from './floors.mjs';
import { ON, openPool } from './greenpool.mjs';

const SLOTS = 200;
const BAR = 1.03;

const ways = {
  spawn: async (pool, task, count) => {
    let sum = 0;
    const threads = [];
    for (let i = 0; i < count; i += 1) threads.push(await pool.spawn(task, i));
    for (const thread of threads) {
      const value = await thread.wait();
      sum += value;
    }
    return sum;
  },
  imap: async (pool, task, count) => sumOfValues(await pool.imap(task, itemsBelow(count)).toArray()),
  imapUnordered: async (pool, task, count) => {
    let sum = 0;
    for await (const value of pool.imapUnordered(task, itemsBelow(count))) sum += value;
    return sum;
  },
};

/** A case over `openTask`, which resolves with `{ task, close }`; the task takes a number, waits, and gives it back. */
export function ioCase(title, count, openTask) {
  const contender = (name, role, run) => ({
    name,
    role,
    async open() {
      const { task, close } = await openTask(SLOTS);
      const pool = role === 'floor' ? undefined : await openPool(SLOTS);
      return { close, run: (total) => run(pool, task, total) };
    },
  });
  const byHand = async (_pool, task, total) =>
    sumOfValues(await loopsFloor(task, SLOTS, [...itemsBelow(total)]));
  const floor = contender('loops by hand', 'floor', byHand);
  const pools = Object.entries(ways).map(([name, run]) =>
    contender(`greenpool ${name}, ${ON}`, 'greenpool', run),
  );
  return {
    title,
    count,
    expected: sumBelow,
    contenders: [floor, ...pools],
    bars: pools.map(({ name }) => ({
      id: 'B8',
      text: `${name}: within 3 % of the loops by hand`,
      judge(medianOf) {
        const value = medianOf(name) / medianOf(floor.name);
        return { value, isMet: value <= BAR };
      },
    })),
  };
}

function sumOfValues(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
