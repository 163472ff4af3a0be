// Does it matter how large a buffer is that is moved to a thread and back? (T3)
import { flat } from '../bars.mjs';
import { pools } from '../contenders/threads.mjs';

const MIB = 2 ** 20;
const COUNT = 10_000;
// A copy of 16 MiB takes some hundred times as long.
const COPIES = 100;

/** How a buffer goes there and back: `open` resolves with a call that takes it and gives it back, counted up. */
const ways = {
  'greenpool, moved': async () => {
    const { transfer } = await import('../../dist/threads/index.js');
    const call = await pools.greenpool('count', 1);
    return (bytes) => call(transfer(bytes, [bytes.buffer]));
  },
  'greenpool, copied': () => pools.greenpool('countCopy', 1),
  'piscina, moved': async () => {
    const { move } = await import('piscina');
    const call = await pools.piscina('count', 1);
    return (bytes) => call(move(bytes));
  },
};

/** One buffer, again and again. */
function contender(way, mib, count = COUNT) {
  return {
    name: `${way}, ${mib} MiB`,
    role: way.startsWith('greenpool') ? 'greenpool' : 'peer',
    count,
    async open() {
      const call = await ways[way]();
      return {
        async run(total) {
          let bytes = new Uint8Array(mib * MIB);
          for (let left = total; left > 0; left -= 1) bytes = await call(bytes);
          return new Uint32Array(bytes.buffer, 0, 1)[0];
        },
      };
    },
  };
}

const [small, large] = [1, 16].map((mib) => contender('greenpool, moved', mib));

export default {
  title: 'a buffer to a thread and back, one call at a time',
  count: COUNT,
  few: 50,
  expected: (total) => total,
  contenders: [
    small,
    large,
    contender('greenpool, copied', 16, COPIES),
    contender('piscina, moved', 1),
    contender('piscina, moved', 16),
  ],
  bars: [flat('T3', [small.name, large.name], 1.5, 'moving 1 and 16 MiB')],
};
