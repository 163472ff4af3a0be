import { AsyncLocalStorage } from 'node:async_hooks';
import { GreenPool, type GreenThread, getcurrent } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const storage = new AsyncLocalStorage<string>();

describe('the items of a map', () => {
  test('see the stores of the imap call, not those of next()', async () => {
    const map = storage.run('imap', () => new GreenPool(2).imap(() => storage.getStore(), naturals(5)));

    const seen = await storage.run('next', () => map.toArray());

    expect(new Set(seen)).toEqual(new Set(['imap']));
  });

  test('see them also when they had to queue behind others', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    void watch(storage.run('other', () => pool.run(gates.task, 'other')));
    const map = storage.run('imap', () => pool.imap(() => storage.getStore(), [1, 2]));
    const results = watch(map.toArray());
    await settle();

    storage.run('opener', () => gates.open('other'));

    await settle();
    expect(results.value).toEqual(['imap', 'imap']);
  });

  test('see them also when a resize lets them in', async () => {
    const pool = new GreenPool(0);
    const map = storage.run('imap', () => pool.imap(() => storage.getStore(), naturals(4)));
    const results = watch(map.toArray());
    await settle();

    storage.run('resize', () => pool.resize(2));

    await settle(20);
    expect(results.value).toEqual(['imap', 'imap', 'imap', 'imap']);
  });

  test('of two maps see each their own', async () => {
    const pool = new GreenPool(1);
    const make = (name: string) => storage.run(name, () => pool.imap(() => storage.getStore(), [1, 2, 3]));

    const seen = await Promise.all([make('one').toArray(), make('two').toArray()]);

    expect(seen).toEqual([
      ['one', 'one', 'one'],
      ['two', 'two', 'two'],
    ]);
  });

  test('are green threads of their own', async () => {
    const threads = await new GreenPool(2).imap(() => getcurrent(), [1, 2]).toArray();

    expect(threads.map((thread) => thread?.state)).toEqual(['done', 'done']);
    expect(threads[0]).not.toBe(threads[1]);
  });

  test('carry the name of with()', async () => {
    const map = new GreenPool(2).with({ name: 'fetch' }).imap(() => getcurrent()?.name, [1]);

    expect(await map.toArray()).toEqual(['fetch']);
  });
});

describe('the sources of a map', () => {
  test.each(['sync', 'async'] as const)('see the stores of the imap call (%s generator)', async (kind) => {
    const seen: (string | undefined)[] = [];
    function* generate(): Generator<number> {
      for (const n of naturals(6)) {
        seen.push(storage.getStore());
        yield n;
      }
    }
    async function* generateAsync(): AsyncGenerator<number> {
      yield* generate();
    }
    const gates = new Gates<number>();
    const task = (n: number): Promise<number> => storage.run('item', gates.task, n);
    const source = kind === 'sync' ? generate() : generateAsync();
    const map = storage.run('imap', () => new GreenPool(1).imap(task, source));

    const results = watch(storage.run('next', () => map.toArray()));
    for (let n = 0; n < 6; n += 1) {
      await settle(2);
      storage.run('opener', () => gates.open(n));
    }

    await settle();
    expect([results.state, seen]).toEqual(['done', Array(6).fill('imap')]);
  });

  test('run outside of the items: getcurrent() is the maker of the map', async () => {
    const seen: (GreenThread | undefined)[] = [];
    function* generate(): Generator<number> {
      for (const n of naturals(4)) {
        seen.push(getcurrent());
        yield n;
      }
    }
    const pool = new GreenPool(2);

    await pool.imap((n: number) => n, generate()).toArray();
    const maker = await pool.spawn(() => pool.imap((n: number) => n, generate()).toArray());

    await maker.wait();
    expect(seen).toEqual([...Array(4).fill(undefined), ...Array(4).fill(maker)]);
  });
});

describe('the map of a pool with context: false', () => {
  test('runs its items in the stores of the maker of the pool, without a current green thread', async () => {
    const pool = storage.run('pool', () => new GreenPool(1, { context: false }));
    const map = storage.run('imap', () => pool.imap(() => [storage.getStore(), getcurrent()], [1, 2]));

    expect(await map.toArray()).toEqual([
      ['pool', undefined],
      ['pool', undefined],
    ]);
  });
});
