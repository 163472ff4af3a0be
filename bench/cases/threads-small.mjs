// What does a call in another thread cost that computes next to nothing? (T1)
import { atLeastFaster } from '../bars.mjs';
import { pools, sumInFlight } from '../contenders/threads.mjs';
import { sumBelow } from '../work.mjs';

const THREADS = 2;
const BARS = { 1024: 10, 64: 5 };

function contender(library, inFlight) {
  return {
    name: `${library}, ${inFlight} in flight`,
    role: library === 'greenpool' ? 'greenpool' : 'peer',
    async open() {
      const call = await pools[library]('add', THREADS);
      return { run: (total) => sumInFlight((item) => call(item, 1), total, inFlight) };
    },
  };
}

const pairs = Object.keys(BARS)
  .map(Number)
  .sort((a, b) => b - a)
  .map((inFlight) => ({
    inFlight,
    ours: contender('greenpool', inFlight),
    piscinas: contender('piscina', inFlight),
  }));

export default {
  title: `(a, b) => a + b in ${THREADS} threads`,
  count: 100_000,
  expected: (total) => sumBelow(total) + total,
  contenders: pairs.flatMap(({ ours, piscinas }) => [ours, piscinas]),
  bars: pairs.map(({ inFlight, ours, piscinas }) =>
    atLeastFaster('T1', ours.name, BARS[inFlight], piscinas.name),
  ),
};
