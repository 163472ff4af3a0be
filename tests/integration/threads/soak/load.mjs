// The calls that threads are killed under: loops that each make one call after another, all of which must go well.
import { tasks } from './tasks.mjs';

const LOOPS = { short: 24, shortHandles: 24, failing: 2, later: 6, long: 3 };

/** Counts the long calls that have begun: they go alone, so none of them may be made twice. */
export const begunLong = new Int32Array(new SharedArrayBuffer(4));
export let longCalls = 0;

const callers = {
  short: ({ pool, ledger }, n) =>
    ledger.expect('short call', () => pool.run(tasks.add, n, 1), { value: n + 1 }),
  shortHandles: ({ pool, ledger }, n) =>
    ledger.expect(
      'short call with a handle',
      async () => ledger.watch(await pool.spawn(tasks.add, n, 2)).wait(),
      { value: n + 2 },
    ),
  failing: ({ pool, ledger }, n) =>
    ledger.expect('failing call', () => pool.run(tasks.fail, n), {
      error: { code: 'E_SOAK', name: 'RangeError', message: `no ${n}`, n },
    }),
  later: ({ pool, ledger, random }, n) =>
    ledger.expect('async call', () => pool.run(tasks.addLater, n, 3, random() * 3), { value: n + 3 }),
  long(soak, n) {
    longCalls += 1;
    return soak.ledger.expect('call of 5 ms', () => soak.pool.run(tasks.compute, begunLong, n), { value: n });
  },
};

/** Makes calls until `isOver()`; resolves when all of them have ended. */
export async function runLoad(soak, isOver) {
  let n = 0;
  const loop = async (call) => {
    while (!isOver()) {
      n += 1;
      await call(soak, n);
    }
  };
  const loops = Object.entries(LOOPS).flatMap(([name, count]) => new Array(count).fill(callers[name]));
  await Promise.all(loops.map(loop));
}
