import { setImmediate as turn } from 'node:timers/promises';
import { GreenPool } from 'greenpool';
import { describe, expect, test } from 'vitest';

const COUNT = 1_000_000;
const collectGarbage = (globalThis as { gc?: () => void }).gc;

interface Item {
  readonly n: number;
}

/** Weakly holds one item in `every`, to see which of them are still in memory. */
class Sample {
  readonly #refs: WeakRef<Item>[] = [];

  add(item: Item, every: number): void {
    if (item.n % every === 0) this.#refs.push(new WeakRef(item));
  }

  async alive(): Promise<number> {
    // Items that were held back for the sake of the event loop run in the turns that follow.
    for (let round = 0; round < 10; round += 1) {
      await turn();
      collectGarbage?.();
    }
    return this.#refs.filter((ref) => ref.deref() !== undefined).length;
  }
}

describe.each(['imap', 'imapUnordered'] as const)('GreenPool.%s over 1,000,000 items', (method) => {
  test('holds no more than its window of them at any time', async () => {
    let pulled = 0;
    let most = 0;
    function* items(): Generator<Item> {
      for (; pulled < COUNT; pulled += 1) yield { n: pulled };
    }
    let taken = 0;
    let sum = 0;

    for await (const n of new GreenPool(10)[method](({ n }: Item) => n, items())) {
      taken += 1;
      sum += n;
      most = Math.max(most, pulled - taken);
    }

    expect([taken, sum]).toEqual([COUNT, (COUNT * (COUNT - 1)) / 2]);
    expect(most).toBeLessThanOrEqual(20);
  });

  test('lets go of the items and results that were taken', async () => {
    const sample = new Sample();
    function* items(): Generator<Item> {
      for (let n = 0; n < COUNT; n += 1) {
        const item = { n };
        sample.add(item, 1000);
        yield item;
      }
    }
    const pool = new GreenPool(10);
    const map = pool[method]((item: Item) => item, items());
    const alive: number[] = [];

    for (let taken = 1; taken <= COUNT; taken += 1) {
      await map.next();
      if (taken % 250_000 === 0) alive.push(await sample.alive());
    }

    // A window of 20 items holds at most one of the sample; one more may sit in a register of the loop.
    expect(Math.max(...alive)).toBeLessThanOrEqual(2);
  });
});

describe('a map whose consumer has stopped asking', () => {
  test('is collected with its items, although the pool lives on', async () => {
    const pool = new GreenPool(10);
    const sample = new Sample();
    function* items(): Generator<Item> {
      for (let n = 0; ; n += 1) {
        const item = { n };
        sample.add(item, 1);
        yield item;
      }
    }
    const begin = async (): Promise<void> => {
      for (let count = 0; count < 100; count += 1) await pool.imap((item: Item) => item, items()).next();
    };

    await begin();

    expect(await sample.alive()).toBeLessThanOrEqual(20);
    expect(pool.running()).toBe(0);
  });
});
