// Does computing in threads get all that the cores have? (T2)
import { availableParallelism } from 'node:os';
import { atLeastShare } from '../bars.mjs';
import { compute } from '../contenders/thread-tasks.mjs';
import { pools, sumInFlight } from '../contenders/threads.mjs';
import { sumBelow } from '../work.mjs';

// Never more threads than cores: the bar against one thread is about cores.
const THREADS = Math.min(2, availableParallelism());
const IN_FLIGHT = 16;
const COUNT = 800;

function contender(library) {
  return {
    name: `${library}, ${THREADS} threads`,
    role: library === 'greenpool' ? 'greenpool' : 'peer',
    async open() {
      const call = await pools[library]('compute', THREADS);
      return { run: (total) => sumInFlight(call, total, IN_FLIGHT) };
    },
  };
}

const ours = contender('greenpool');
const piscinas = contender('piscina');
const alone = {
  name: 'one thread alone',
  role: 'floor',
  count: COUNT / THREADS,
  open: () => ({
    run(total) {
      let sum = 0;
      for (let item = 0; item < total; item += 1) sum += compute(item);
      return sum;
    },
  }),
};

export default {
  title: `computing for 5 ms in ${THREADS} threads`,
  count: COUNT,
  few: 20,
  expected: sumBelow,
  contenders: [alone, ours, piscinas],
  bars: [
    atLeastShare('T2', ours.name, 0.97, piscinas.name),
    atLeastShare('T2', ours.name, 0.95 * THREADS, alone.name),
  ],
};
