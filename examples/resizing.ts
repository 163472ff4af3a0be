// A pool grows and shrinks while it works. Growing lets waiting callers in at once; shrinking interrupts nobody.
import { GreenPool, sleep } from 'greenpool';

async function check(id: number): Promise<string> {
  await sleep(100);
  return `check ${id} complete`;
}

const pool = new GreenPool(2);
const show = (when: string): void => {
  console.log(
    `${when}: size ${pool.size}, running ${pool.running()}, free ${pool.free()}, waiting ${pool.waiting()}`,
  );
};

// Not awaited one by one, so that they queue up: an awaited spawn would hold this loop until a slot is free.
const checks = [1, 2, 3, 4, 5, 6, 7].map((id) => pool.run(check, id));
show('start');

if (pool.free() === 0 && pool.waiting() > 0) pool.resize(5);
show('grown');

// Five are running and go on to their end. The next one starts when fewer than three are left.
pool.resize(3);
show('shrunk');

for (const result of await Promise.all(checks)) console.log(result);
await pool.waitall();
show('idle');
