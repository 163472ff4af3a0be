// All the ways in which a thread dies here, each at a moment that is drawn: one call each, which must tell of it.
import { sleep } from 'greenpool';
import { tasks } from './tasks.mjs';

const LONGEST = 8;

const killed = { error: { code: 'ERR_KILLED' } };

async function killLater({ pool, ledger, random }, fn, ...args) {
  const thread = ledger.watch(await pool.spawn(fn, ...args));
  await sleep(random() * LONGEST);
  void thread.kill();
  await thread.wait();
}

function lost(random) {
  const exitCode = Math.floor(random() * 100);
  return { exitCode, outcome: { error: { code: 'ERR_WORKER_LOST', exitCode } } };
}

const deaths = [
  (soak) => soak.ledger.expect('killed busy loop', () => killLater(soak, tasks.spin), killed),
  ({ pool, ledger, random }) =>
    ledger.expect(
      'busy loop out of time',
      () => pool.with({ timeout: 1 + random() * LONGEST }).run(tasks.spin),
      { error: { code: 'ERR_TIMEOUT' } },
    ),
  ({ pool, ledger, random }) => {
    const { exitCode, outcome } = lost(random);
    return ledger.expect('exit', () => pool.run(tasks.exit, exitCode, random() * LONGEST), outcome);
  },
  ({ pool, ledger, random }) => {
    const { exitCode, outcome } = lost(random);
    return ledger.expect('exit among short calls', () => pool.run(tasks.add, -1, exitCode), outcome);
  },
  ({ pool, ledger, random }) =>
    ledger.expect('crash', () => pool.run(tasks.crash, random() * LONGEST), {
      error: { code: 'ERR_WORKER_LOST' },
    }),
  ({ pool, ledger }) => {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    return ledger.expect(
      'exit with another attempt',
      () => pool.with({ retry: { attempts: 2, base: 0 } }).run(tasks.exitOnce, begun, 7),
      { value: 7 },
    );
  },
];

let next = 0;

/** Kills one thread after another until `isOver()`, in all ways in turn. */
export async function runDeaths(soak, isOver) {
  while (!isOver()) {
    const death = deaths[next % deaths.length];
    next += 1;
    await death(soak);
    await sleep(soak.random() * LONGEST);
  }
}
