// What the soak runs in threads. It finds the library by its name, as a user's tasks do.
import { defineTasks, sleep } from 'greenpool';

export const tasks = defineTasks(import.meta.url, {
  /** So short that it shares its message with others. Some of these calls take the thread with them. */
  add(a, b) {
    if (a < 0) process.exit(b);
    return a + b;
  },
  async addLater(a, b, ms) {
    await sleep(ms);
    return a + b;
  },
  fail(n) {
    throw Object.assign(new RangeError(`no ${n}`), { code: 'E_SOAK', n });
  },
  /** Notes that it has begun, then computes for some 5 ms. */
  compute(begun, n) {
    Atomics.add(begun, 0, 1);
    let state = n | 1;
    for (let step = 0; step < 5_000_000; step += 1) state = Math.imul(state, 1_664_525);
    return state === 0 ? Number.NaN : n;
  },
  spin() {
    for (;;);
  },
  async exit(code, ms) {
    await sleep(ms);
    process.exit(code);
  },
  async crash(ms) {
    setTimeout(() => {
      throw new Error('nobody catches this');
    }, ms);
    await sleep(60_000);
  },
  /** Takes its thread with it the first time. */
  exitOnce(begun, n) {
    if (Atomics.add(begun, 0, 1) === 0) process.exit(1);
    return n;
  },
});
