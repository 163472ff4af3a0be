// Is memory the same after 1, 5 and 10 million mapped items?
import { steady } from '../bars.mjs';
import { sinkFloor } from '../contenders/floors.mjs';
import { ON, openPool } from '../contenders/greenpool.mjs';
import { itemsBelow, sumBelow, task } from '../work.mjs';

const SLOTS = 100;
const COUNT = 10_000_000;
const MILLIONS = COUNT / 1e6;
const MARKS = [0.1, 0.5, 1];

const heapAt = (mark) => `heapBytesAt${mark}`;
const rssAt = (mark) => `rssBytesAt${mark}`;

/** Resolves with `take(value)`, and with what has been summed and read: live heap, after a collection, at each mark. */
function sink(total) {
  const marks = new Map(MARKS.map((mark) => [Math.round(total * mark), mark]));
  const seen = { checksum: 0 };
  let taken = 0;
  const take = (value) => {
    seen.checksum += value;
    taken += 1;
    const mark = marks.get(taken);
    if (mark === undefined) return;
    seen[rssAt(mark)] = process.memoryUsage.rss();
    gc();
    seen[heapAt(mark)] = process.memoryUsage().heapUsed;
  };
  return { take, seen };
}

function greenpool(method) {
  return {
    name: `${method}, ${ON}`,
    role: 'greenpool',
    async open() {
      const pool = await openPool(SLOTS);
      return {
        async run(total) {
          const { take, seen } = sink(total);
          for await (const value of pool[method](task, itemsBelow(total))) take(value);
          return seen;
        },
      };
    },
  };
}

const floor = {
  name: 'F3 sink loops',
  role: 'floor',
  open: () => ({
    async run(total) {
      const { take, seen } = sink(total);
      await sinkFloor(task, SLOTS, itemsBelow(total), take);
      return seen;
    },
  }),
};

const methods = ['imap', 'imapUnordered'];

export default {
  title: 'memory in MB while items are mapped, 100 slots',
  figure: 'peakRssBytes',
  count: COUNT,
  expected: sumBelow,
  marks: MARKS.flatMap((mark) => [
    { field: rssAt(mark), head: `RSS at ${mark * MILLIONS}M` },
    { field: heapAt(mark), head: `heap at ${mark * MILLIONS}M` },
  ]),
  contenders: [floor, ...methods.map(greenpool)],
  bars: methods.flatMap((method) => {
    const { name } = greenpool(method);
    return [
      steady('B5', name, MARKS.map(heapAt), 1.1, `${name}: live heap at 1, 5 and 10 million`),
      steady('B5', name, MARKS.map(rssAt), 1.1, `${name}: resident memory at 1, 5 and 10 million`),
    ];
  }),
};
