import { GreenPile, GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };

describe('GreenPile.length', () => {
  test('counts what was spawned and not taken: queued, running and ended', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(2);
    for (const n of [1, 2, 3]) void pile.spawn(gates.task, n);
    expect(pile.length).toBe(3);

    gates.open(1);
    await settle();
    expect([pile.length, pile.pool.running()]).toEqual([3, 2]);

    await pile.next();
    expect(pile.length).toBe(2);
  });

  test('goes down when a failure is taken', async () => {
    const pile = new GreenPile(1);
    await pile.spawn(() => Promise.reject('failed'));

    await expect(pile.next()).rejects.toBe('failed');

    expect(pile.length).toBe(0);
  });

  test('does not go down when a next() is merely waiting', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    await pile.spawn(gates.task, 1);

    void watch(pile.next());

    expect(pile.length).toBe(1);
  });

  test('is 0 for a fresh pile and after the end', async () => {
    const pile = new GreenPile<number>(1);
    expect(pile.length).toBe(0);

    await pile.spawn(() => 1);
    await pile.toArray();

    expect(pile.length).toBe(0);
  });
});

describe('the end of a pile', () => {
  test('comes when nothing is outstanding, and the pile can be filled again', async () => {
    const pile = new GreenPile<number>(1);

    for (const round of [1, 2, 3]) {
      await pile.spawn(() => round);
      expect(await pile.toArray()).toEqual([round]);
      expect(await pile.next()).toEqual(end);
    }
  });

  test('does not come while a spawn is still queued', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const pile = new GreenPile<string>(pool);
    void watch(pool.run(gates.task, 'other'));
    void pile.spawn(gates.task, 'mine');
    const next = watch(pile.next());
    await settle();
    expect(next.state).toBe('pending');

    gates.open('other', 'mine');

    await settle();
    expect(next.value).toEqual({ value: 'mine', done: false });
  });

  test('does not come while a task of the pile spawns another one on it', async () => {
    const pile = new GreenPile<string>(2);
    await pile.spawn(async () => {
      await pile.spawn(() => 'child');
      return 'parent';
    });

    expect((await pile.toArray()).toSorted()).toEqual(['child', 'parent']);
  });

  test('goes past what is spawned inside a for await loop over it', async () => {
    const pile = new GreenPile<number>(2);
    const seen: number[] = [];
    await pile.spawn(() => 3);

    for await (const n of pile) {
      seen.push(n);
      if (n > 0) await pile.spawn(() => n - 1);
    }

    expect(seen).toEqual([3, 2, 1, 0]);
  });
});

describe('a spawn that is withdrawn while it queues', () => {
  test('by its signal is forgotten: the pending next() is done', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const controller = new AbortController();
    const pile = new GreenPile<string>(pool.with({ signal: controller.signal }));
    void watch(pool.run(gates.task, 'other'));
    const spawned = watch(pile.spawn(gates.task, 'mine'));
    const next = watch(pile.next());
    expect(pile.length).toBe(1);

    controller.abort('gone');
    expect(pile.length).toBe(0);

    await settle();
    expect([spawned.error, next.value, pool.waiting()]).toEqual(['gone', end, 0]);
    gates.open('other', 'mine');
    await settle();
    expect([gates.started, await pile.next()]).toEqual([['other'], end]);
  });

  test("is forgotten in the order 'spawn' too: those behind it move up", async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const controller = new AbortController();
    const view = new GreenPile<string>(pool, { order: 'spawn' });
    const gone = new GreenPile<string>(pool.with({ signal: controller.signal }), { order: 'spawn' });
    void gone.spawn(gates.task, 'a');
    void gone.spawn(gates.task, 'b');
    void view.spawn(gates.task, 'c');
    const results = watch(view.toArray());
    await settle();

    controller.abort('gone');
    gates.open('a', 'c');

    await settle();
    expect([results.value, gates.started]).toEqual([['c'], ['a', 'c']]);
    const items = [watch(gone.next()), watch(gone.next())];
    await settle();
    expect([items[0]?.error, items[1]?.value]).toEqual(['gone', end]);
  });

  test('by pool.kill() is forgotten, while what ran rejects in its place', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    const first = watch(pile.spawn(gates.task, 1));
    const second = watch(pile.spawn(gates.task, 2));
    await settle();

    void pile.pool.kill('stop');

    await settle();
    expect([first.state, second.error, pile.length]).toEqual(['done', 'stop', 1]);
    await expect(pile.next()).rejects.toBe('stop');
    expect(await pile.next()).toEqual(end);
  });

  test('is no unhandled rejection although nobody awaits the spawn', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    const gates = new Gates<number>();
    const controller = new AbortController();
    const pile = new GreenPile<number>(new GreenPool(1).with({ signal: controller.signal }));
    void pile.spawn(gates.task, 1);
    void pile.spawn(gates.task, 2);
    await settle();

    controller.abort('gone');

    await settle();
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });

  test('of a signal that has aborted before never counts', async () => {
    const pile = new GreenPile<number>(new GreenPool(1).with({ signal: AbortSignal.abort('gone') }));

    await expect(pile.spawn(() => 1)).rejects.toBe('gone');

    expect([pile.length, await pile.next()]).toEqual([0, end]);
  });
});

describe('several piles on one pool', () => {
  test('see each its own results', async () => {
    const pool = new GreenPool(2);
    const one = new GreenPile<string>(pool);
    const two = new GreenPile<string>(pool);
    for (const n of [1, 2]) {
      await one.spawn(() => `one ${n}`);
      await two.spawn(() => `two ${n}`);
    }

    expect([await two.toArray(), await one.toArray()]).toEqual([
      ['two 1', 'two 2'],
      ['one 1', 'one 2'],
    ]);
  });

  test('reach their ends one by one', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const one = new GreenPile<string>(pool);
    const two = new GreenPile<string>(pool);
    await one.spawn(gates.task, 'one');
    await two.spawn(gates.task, 'two');
    const results = [watch(one.toArray()), watch(two.toArray())];

    gates.open('two');

    await settle();
    expect(results.map(({ state }) => state)).toEqual(['pending', 'done']);
  });

  test('share its slots with maps and spawns', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const pile = new GreenPile<string>(pool);
    void pile.spawn(gates.task, 'a');
    void pile.spawn(gates.task, 'b');
    const map = watch(pool.imap(gates.task, ['c', 'd']).toArray());
    void watch(pool.run(gates.task, 'e'));

    for (const name of 'abecd') {
      await settle(3);
      gates.open(name);
    }

    await settle();
    expect([await pile.toArray(), map.value, gates.peak]).toEqual([['a', 'b'], ['c', 'd'], 2]);
  });
});

describe('a pile over a view', () => {
  test('spawns with the options of the view', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const pile = new GreenPile<string>(pool.with({ name: 'urgent', priority: 1 }));
    void watch(pool.run(gates.task, 'running'));
    void watch(pool.run(gates.task, 'queued'));
    const spawned = watch(pile.spawn(gates.task, 'mine'));

    gates.open('running', 'mine');

    await settle();
    expect([gates.started, spawned.value?.name]).toEqual([['running', 'mine', 'queued'], 'urgent']);
  });

  test('uses the slots of the pool', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(pool.with({ name: 'view' }));

    await pile.spawn(gates.task, 1);

    expect([pool.running(), pool.free()]).toEqual([1, 0]);
  });

  test('whose signal aborts kills what runs: it rejects in its place', async () => {
    const gates = new Gates<number>();
    const controller = new AbortController();
    const pile = new GreenPile<number>(new GreenPool(2).with({ signal: controller.signal }));
    gates.open(1);
    await pile.spawn(gates.task, 1);
    await pile.spawn(gates.task, 2);
    await settle();

    controller.abort('gone');

    expect(await pile.next()).toEqual({ value: 1, done: false });
    await expect(pile.next()).rejects.toBe('gone');
    expect(await pile.next()).toEqual(end);
  });
});

describe('GreenPool.waitall', () => {
  test('covers the spawns of a pile, and leaves the results there', async () => {
    const gates = new Gates<number>();
    const pile = new GreenPile<number>(1);
    void pile.spawn(gates.task, 1);
    void pile.spawn(gates.task, 2);
    const idle = watch(pile.pool.waitall());
    await settle();
    expect(idle.state).toBe('pending');

    gates.open(1, 2);

    await settle();
    expect([idle.state, pile.length]).toEqual(['done', 2]);
    expect(await pile.toArray()).toEqual([1, 2]);
  });
});
