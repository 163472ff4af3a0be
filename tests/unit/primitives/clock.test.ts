import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/primitives/clock.ts';
import type { Semaphore } from '../../../src/primitives/semaphore.ts';
import { settle } from '../../../src/testing/index.ts';

const turnOf = (clock: Clock): Promise<void> => new Promise((resolve) => clock.nextTurn(resolve));

/** Loads a second copy of a module of src/primitives, as a host sees it on which `change` has been made. */
async function loaded<M>(file: string, change: () => () => void): Promise<M> {
  const restore = change();
  try {
    return await import(`../../../src/primitives/${file}.ts?another-host`);
  } finally {
    restore();
  }
}

describe('systemClock', () => {
  test('a timer beyond the range of host timers does not fire at once', async () => {
    let isFired = false;
    const timer = systemClock.setTimer(() => {
      isFired = true;
    }, 2 ** 31);

    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 2));

    timer.clear();
    expect(isFired).toBe(false);
  });

  test('a timer or a turn taken back does not come', async () => {
    const log: string[] = [];
    systemClock.setTimer(() => log.push('timer'), 0).clear();
    systemClock.nextTurn(() => log.push('turn')).clear();

    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 2));

    expect(log).toEqual([]);
  });
});

describe('a host without setImmediate', () => {
  const withoutImmediate = (): (() => void) => {
    const { setImmediate } = globalThis;
    Reflect.deleteProperty(globalThis, 'setImmediate');
    return () => Object.assign(globalThis, { setImmediate });
  };

  test('takes its turns through messages, each after the microtasks', async () => {
    const { systemClock: clock } = await loaded<{ systemClock: Clock }>('clock', withoutImmediate);
    const log: string[] = [];
    const turn = turnOf(clock).then(() => log.push('turn'));
    for (let tick = 0; tick < 20; tick += 1) await Promise.resolve();
    log.push('microtasks');
    clock.nextTurn(() => log.push('taken back')).clear();

    await turn;
    await turnOf(clock);

    expect(clock.nextTurn).not.toBe(systemClock.nextTurn);
    expect(log).toEqual(['microtasks', 'turn']);
    await settle();
  });
});

describe('a host without Symbol.dispose', () => {
  const withoutDispose = (): (() => void) => {
    const { Symbol: original } = globalThis;
    const without = (description?: string): symbol => original(description);
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(original))) {
      if (name !== 'dispose' && !(name in without)) Object.defineProperty(without, name, descriptor);
    }
    Object.assign(globalThis, { Symbol: without });
    return () => Object.assign(globalThis, { Symbol: original });
  };

  test('has permits that are released by their method alone', async () => {
    const module = await loaded<{ Semaphore: typeof Semaphore }>('semaphore', withoutDispose);
    const semaphore = new module.Semaphore(1);
    const permit = await semaphore.acquire();

    permit.release();

    expect(Reflect.ownKeys(Object.getPrototypeOf(permit))).toEqual(['constructor', 'release']);
    expect(semaphore.balance).toBe(1);
  });
});
