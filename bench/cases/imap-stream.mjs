// What does it cost to map a long generator and consume the results one by one, and does memory stay flat? (B5)
import { atLeastFaster, below, flat } from '../bars.mjs';
import { sinkFloor } from '../contenders/floors.mjs';
import { OFF, ON, openPool } from '../contenders/greenpool.mjs';
import { openStreams } from '../contenders/streams.mjs';
import { itemsBelow, sumBelow, task } from '../work.mjs';

const SLOTS = 100;
const COUNT = 5_000_000;

function stream(name, role, openMap, count = COUNT) {
  return {
    name,
    role,
    count,
    async open() {
      const map = await openMap();
      return {
        async run(total) {
          let sum = 0;
          for await (const value of map(itemsBelow(total))) sum += value;
          return sum;
        },
      };
    },
  };
}

function greenpool(name, method, context, count) {
  const openMap = async () => {
    const pool = await openPool(SLOTS, { context });
    return (items) => pool[method](task, items);
  };
  return stream(name, 'greenpool', openMap, count);
}

const floor = {
  name: 'F3 sink loops',
  role: 'floor',
  open: () => ({
    async run(total) {
      let sum = 0;
      await sinkFloor(task, SLOTS, itemsBelow(total), (value) => {
        sum += value;
      });
      return sum;
    },
  }),
};

const ordered = `imap, ${ON}`;
const unordered = `imapUnordered, ${ON}`;
const tenth = ', 1/10 of the items';
const peers = Object.keys(openStreams);
const mapIterable = 'pMapIterable';
const MB = { name: 'MB at the peak', size: 1e6 };

export default {
  title: 'imap over a generator, consumed one by one, 100 slots',
  count: COUNT,
  expected: sumBelow,
  contenders: [
    floor,
    greenpool(`imap, ${OFF}`, 'imap', false),
    greenpool(ordered, 'imap', true),
    greenpool(ordered + tenth, 'imap', true, COUNT / 10),
    greenpool(`imapUnordered, ${OFF}`, 'imapUnordered', false),
    greenpool(unordered, 'imapUnordered', true),
    greenpool(unordered + tenth, 'imapUnordered', true, COUNT / 10),
    ...peers.map((name) => stream(name, 'peer', () => openStreams[name](task, SLOTS))),
  ],
  bars: [ordered, unordered].flatMap((name) => [
    atLeastFaster('B5', name, 2, mapIterable),
    ...peers.filter((peer) => peer !== mapIterable).map((peer) => atLeastFaster('B5', name, 5, peer)),
    below('B5', name, 80e6, 'peakRssBytes', MB),
    // A peak is read in steps of whole pages and of whole semi-spaces, so "the same" is a tenth.
    flat('B5', [name, name + tenth], 1.1, `${name}: memory at 1 and 10 times the items`, 'peakRssBytes'),
  ]),
};
