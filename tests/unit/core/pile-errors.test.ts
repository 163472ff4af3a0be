import { GreenletExit, GreenPile, GreenPool } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const failure = new Error('failed');
const failsForOne = (n: number): number => {
  if (n === 1) throw failure;
  return n;
};

/** A pile in spawn order that holds 0, a failure, 2. */
async function filled(): Promise<GreenPile<number>> {
  const pile = new GreenPile<number>(2, { order: 'spawn' });
  for (const n of [0, 1, 2]) await pile.spawn(failsForOne, n);
  return pile;
}

describe('a task of a pile that fails', () => {
  test('rejects in its own place with the very error, and next() goes on', async () => {
    const pile = await filled();

    expect(await pile.next()).toEqual({ value: 0, done: false });
    await expect(pile.next()).rejects.toBe(failure);
    expect([await pile.next(), await pile.next()]).toEqual([{ value: 2, done: false }, end]);
  });

  test('rejects at its completion in completion order', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    await pile.spawn(gates.task, 0);
    await pile.spawn(gates.task, 1);
    const next = watch(pile.next());
    await settle();

    gates.fail(1, failure);

    await settle();
    expect(next.error).toBe(failure);
    gates.open(0);
    expect(await pile.toArray()).toEqual([0]);
  });

  test('does not reject the spawn', async () => {
    const pile = new GreenPile<number>(1);
    const thread = await pile.spawn(failsForOne, 1);

    await expect(thread.wait()).rejects.toBe(failure);
    await expect(pile.next()).rejects.toBe(failure);
  });

  test('ends a for await loop; the rest is available', async () => {
    const pile = await filled();
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const n of pile) seen.push(n);
    };

    await expect(loop()).rejects.toBe(failure);

    expect([seen, pile.length, await pile.toArray()]).toEqual([[0], 1, [2]]);
  });

  test('does not stop those that run', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    await pile.spawn(gates.task, 0);
    await pile.spawn(gates.task, 1);
    const loop = watch(pile.toArray());
    await settle();

    gates.fail(0, failure);
    await settle();
    gates.open(1);

    await settle();
    expect([loop.error, await pile.toArray()]).toEqual([failure, [1]]);
  });
});

describe('GreenPile.settled', () => {
  test('yields every outcome and rejects for none', async () => {
    const pile = await filled();
    const outcomes: unknown[] = [];

    for await (const outcome of pile.settled()) outcomes.push(outcome);

    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: 2 },
    ]);
  });

  test('takes from the same results as next()', async () => {
    const pile = await filled();

    expect([await pile.next(), await pile.settled().next(), await pile.next()]).toEqual([
      { value: 0, done: false },
      { value: { status: 'rejected', reason: failure }, done: false },
      { value: 2, done: false },
    ]);
  });

  test('break leaves the rest in the pile', async () => {
    const pile = await filled();

    for await (const _ of pile.settled()) break;

    expect(pile.length).toBe(2);
  });
});

describe('GreenPile.toArray', () => {
  test('rejects with the first failure; the results after it stay', async () => {
    const pile = await filled();

    await expect(pile.toArray()).rejects.toBe(failure);

    expect(await pile.toArray()).toEqual([2]);
  });

  test('of an empty pile is empty', async () => {
    expect(await new GreenPile(1).toArray()).toEqual([]);
  });
});

describe('a for await loop over a pile', () => {
  test('that breaks leaves the rest, and another loop takes it', async () => {
    const pile = new GreenPile<number>(1);
    for (const n of [0, 1, 2]) await pile.spawn((item: number) => item, n);
    const seen: number[] = [];

    for await (const n of pile) {
      seen.push(n);
      break;
    }
    expect(pile.length).toBe(2);
    for await (const n of pile) seen.push(n);

    expect(seen).toEqual([0, 1, 2]);
  });

  test('that breaks does not kill what runs', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    await pile.spawn(gates.task, 0);
    await pile.spawn(gates.task, 1);
    gates.open(0);

    for await (const _ of pile) break;
    gates.open(1);

    expect(await pile.toArray()).toEqual([1]);
  });

  test('ends its own iterator with return(), not the pile', async () => {
    const pile = new GreenPile<number>(1);
    await pile.spawn(() => 1);
    const iterator = pile[Symbol.asyncIterator]();

    await iterator.return?.();

    expect([await iterator.next(), await pile.next()]).toEqual([end, { value: 1, done: false }]);
  });
});

describe('a thread of a pile', () => {
  test('that is killed while it runs rejects in its place at once', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    const thread = await pile.spawn(gates.task, 1);
    const next = watch(pile.next());
    await settle();

    void thread.kill('stop');

    await settle();
    expect([next.error, pile.length, pile.pool.running()]).toEqual(['stop', 0, 1]);
    gates.open(1);
    await settle();
    expect([await pile.next(), pile.pool.running()]).toEqual([end, 0]);
  });

  test('that is killed between its admission and its first line never runs and rejects in its place', async () => {
    let calls = 0;
    const pile = new GreenPile<number>(1);
    const spawned = pile.spawn(() => (calls += 1));

    await pile.pool.kill('stop');

    expect([(await spawned).state, calls, pile.length]).toEqual(['killed', 0, 1]);
    await expect(pile.next()).rejects.toBe('stop');
    expect(await pile.next()).toEqual(end);
  });

  test('that is cancelled before its start never runs and rejects in its place', async () => {
    let calls = 0;
    const pile = new GreenPile<number>(2, { order: 'spawn' });
    const thread = await pile.spawn(() => (calls += 1));
    void pile.spawn(() => 2);

    expect(thread.cancel('not needed')).toBe(true);

    await expect(pile.next()).rejects.toBe('not needed');
    expect([await pile.next(), calls]).toEqual([{ value: 2, done: false }, 0]);
  });

  test('that is killed without a reason rejects with a GreenletExit', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    const thread = await pile.spawn(gates.task, 1);

    void thread.kill();

    await expect(pile.next()).rejects.toBeInstanceOf(GreenletExit);
  });

  test('that is killed after its end keeps its result', async () => {
    const pile = new GreenPile<number>(1);
    const thread = await pile.spawn(() => 1);
    await thread.wait();

    await thread.kill('stop');

    expect(await pile.next()).toEqual({ value: 1, done: false });
  });

  test('that runs longer than the timeout of the view rejects with a Timeout', async () => {
    const clock = new ManualClock();
    const pile = new GreenPile<number>(new GreenPool(2, { clock }).with({ timeout: 100 }));
    await pile.spawn(() => new Promise<number>(() => {}));
    const next = watch(pile.next());

    await clock.advance(100);

    expect(next.error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await pile.next()).toEqual(end);
  });
});
