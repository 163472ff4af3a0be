import { GreenPile, GreenPool, Timeout } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };

describe('concurrent GreenPile.next() calls', () => {
  test('each get their own result, in the order of the calls', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(3);
    for (const n of [1, 2, 3]) await pile.spawn(gates.task, n);
    const items = [watch(pile.next()), watch(pile.next()), watch(pile.next())];

    for (const n of [2, 3, 1]) {
      gates.open(n);
      await settle();
    }

    expect(items.map(({ value }) => value?.value)).toEqual([2, 3, 1]);
  });

  test('more than there are results are done when the last is taken, and none hangs', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    await pile.spawn(gates.task, 1);
    const items = [watch(pile.next()), watch(pile.next()), watch(pile.next())];
    await settle();
    expect(items.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);

    gates.open(1);

    await settle();
    expect(items.map(({ value }) => value)).toEqual([{ value: 1, done: false }, end, end]);
  });

  test('more than there are results do not hang when the last is withdrawn', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const controller = new AbortController();
    const pile = new GreenPile<string>(pool.with({ signal: controller.signal }));
    void watch(pool.run(gates.task, 'other'));
    void pile.spawn(gates.task, 'mine');
    const items = [watch(pile.next()), watch(pile.next())];

    controller.abort('gone');

    await settle();
    expect(items.map(({ value }) => value)).toEqual([end, end]);
  });

  test('get what is spawned while they wait', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    await pile.spawn(gates.task, 1);
    const items = [watch(pile.next()), watch(pile.next())];

    await pile.spawn(gates.task, 2);
    gates.open(2, 1);

    await settle();
    expect(items.map(({ value }) => value?.value).toSorted()).toEqual([1, 2]);
  });

  test('of two for await loops share the results', async () => {
    const pile = new GreenPile<number>(2);
    for (let n = 0; n < 6; n += 1) await pile.spawn(() => n);

    const parts = await Promise.all([pile.toArray(), pile.toArray()]);

    expect(parts.flat().toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a GreenPile.next() that gives up', () => {
  test('by its signal rejects with the reason, and the result goes to the next call', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    await pile.spawn(gates.task, 1);
    const controller = new AbortController();
    const aborted = watch(pile.next({ signal: controller.signal }));

    controller.abort('changed my mind');
    gates.open(1);

    await settle();
    expect([aborted.error, pile.length]).toEqual(['changed my mind', 1]);
    expect(await pile.next()).toEqual({ value: 1, done: false });
  });

  test('by a signal that aborted before takes nothing', async () => {
    const pile = new GreenPile<number>(1);
    await pile.spawn(() => 1);
    await settle();

    await expect(pile.next({ signal: AbortSignal.abort('no') })).rejects.toBe('no');

    expect(await pile.next()).toEqual({ value: 1, done: false });
  });

  test('by its timeout rejects with a Timeout, leaves no timer and loses nothing', async () => {
    const clock = new ManualClock();
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(new GreenPool(1, { clock }));
    await pile.spawn(gates.task, 1);
    const expired = watch(pile.next({ timeout: 50 }));

    await clock.advance(50);
    gates.open(1);

    expect(expired.error).toBeInstanceOf(Timeout);
    expect([await pile.next({ timeout: 50 }), clock.pending]).toEqual([{ value: 1, done: false }, 0]);
  });

  test('by the kill of its green thread throws the reason and loses nothing', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    await pile.spawn(gates.task, 1);
    const consumer = await new GreenPool(1).spawn(() => pile.next());
    await settle();

    await consumer.kill('stop');
    gates.open(1);

    await expect(consumer.wait()).rejects.toBe('stop');
    expect(await pile.next()).toEqual({ value: 1, done: false });
  });

  test('merely by being dropped keeps its result', async () => {
    const pile = new GreenPile<number>(2, { order: 'spawn' });
    await pile.spawn(() => 1);
    await pile.spawn(() => 2);

    void pile.next();

    expect(await pile.next()).toEqual({ value: 2, done: false });
  });

  test('by a wrong timeout rejects and loses nothing', async () => {
    const pile = new GreenPile<number>(1);
    await pile.spawn(() => 1);

    await expect(pile.next({ timeout: -1 })).rejects.toThrow(RangeError);

    expect(await pile.next()).toEqual({ value: 1, done: false });
  });
});
