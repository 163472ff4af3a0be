import { GreenPile, GreenPool, GreenThread } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };

describe('new GreenPile', () => {
  test('has a pool of its own of the size given, or of 1000', () => {
    expect([new GreenPile(3).pool.size, new GreenPile().pool.size]).toEqual([3, 1000]);
  });

  test('over a pool uses that one', () => {
    const pool = new GreenPool(2);

    expect(new GreenPile(pool).pool).toBe(pool);
  });

  test.each([-1, Number.NaN, 1.5, 'two', null, {}])('of the size %o is refused', (size) => {
    expect(() => new GreenPile(size as number)).toThrow(/size/);
  });

  test.each(['input', '', null, 1])('with the order %o is a TypeError that names it', (order) => {
    expect(() => new GreenPile(1, { order: order as 'spawn' })).toThrow(TypeError);
    expect(() => new GreenPile(1, { order: order as 'spawn' })).toThrow(/order/);
  });
});

describe('a pile', () => {
  test('gives results in completion order', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(3);
    for (const n of [1, 2, 3]) await pile.spawn(gates.task, n);
    const results = watch(pile.toArray());

    for (const n of [3, 1, 2]) {
      gates.open(n);
      await settle();
    }

    expect(results.value).toEqual([3, 1, 2]);
  });

  test("of the order 'completion' is the same", async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2, { order: 'completion' });
    for (const n of [1, 2]) await pile.spawn(gates.task, n);

    gates.open(2);
    await settle();
    gates.open(1);

    expect(await pile.toArray()).toEqual([2, 1]);
  });

  test("of the order 'spawn' gives results in the order of the spawns", async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(3, { order: 'spawn' });
    for (const n of [1, 2, 3]) await pile.spawn(gates.task, n);
    const first = watch(pile.next());

    gates.open(3);
    await settle();
    expect(first.state).toBe('pending');

    gates.open(1, 2);
    expect([await settle(), first.value?.value, await pile.toArray()]).toEqual([undefined, 1, [2, 3]]);
  });

  test('gives results that were ready long before anybody asked, in completion order', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    await pile.spawn(gates.task, 1);
    await pile.spawn(gates.task, 2);
    gates.open(2);
    await settle();
    gates.open(1);
    await settle();

    expect([await pile.next(), await pile.next()].map(({ value }) => value)).toEqual([2, 1]);
  });

  test('takes more spawns than its pool has slots although nobody reads yet', async () => {
    const pile = new GreenPile<number>(2);

    for (let n = 0; n < 10; n += 1) await pile.spawn(() => n);

    expect(await pile.toArray()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('never runs more than the size', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    for (let n = 0; n < 5; n += 1) void pile.spawn(gates.task, n);

    for (let n = 0; n < 5; n += 1) {
      await settle(3);
      gates.open(n);
    }

    expect([(await pile.toArray()).length, gates.peak]).toEqual([5, 2]);
  });
});

describe('GreenPile.spawn', () => {
  test('resolves with the handle as soon as there is a slot, and waits while there is none', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    const first = watch(pile.spawn(gates.task, 1));
    const second = watch(pile.spawn(gates.task, 2));
    await settle();
    expect([first.state, second.state]).toEqual(['done', 'pending']);

    gates.open(1);

    await settle();
    expect(second.value).toBeInstanceOf(GreenThread);
  });

  test('gives a handle that can be waited for beside the pile', async () => {
    const pile = new GreenPile<number>(1);
    const thread = await pile.spawn((a: number, b: number) => a + b, 1, 2);

    expect([await thread.wait(), await pile.next()]).toEqual([3, { value: 3, done: false }]);
  });

  test('of something that is no function fails in its place', async () => {
    const pile = new GreenPile(1);

    await pile.spawn('no function' as never);

    await expect(pile.next()).rejects.toThrow(TypeError);
  });

  test('on a closed pool rejects, and the pile stays as it was', async () => {
    const pile = new GreenPile<number>(1);
    await pile.spawn(() => 1);
    await pile.pool.close();

    await expect(pile.spawn(() => 2)).rejects.toMatchObject({ code: 'ERR_POOL_CLOSED' });

    expect([pile.length, await pile.toArray()]).toEqual([1, [1]]);
  });
});

describe('GreenPile.next', () => {
  test('of an empty pile is done at once', async () => {
    expect(await new GreenPile(1).next()).toEqual(end);
  });

  test('awaits promises and yields undefined as an item', async () => {
    const pile = new GreenPile<number | undefined>(1, { order: 'spawn' });
    await pile.spawn(async () => 1);
    await pile.spawn(() => undefined);

    expect([await pile.next(), await pile.next(), await pile.next()]).toEqual([
      { value: 1, done: false },
      { value: undefined, done: false },
      end,
    ]);
  });
});
