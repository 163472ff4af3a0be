import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };

describe('GreenPool.imap', () => {
  test('gives results in input order, whichever ends first', async () => {
    const gates = new Gates<number>();
    const results = watch(new GreenPool(3).imap(gates.task, [1, 2, 3]).toArray());

    for (const n of [3, 2, 1]) {
      await settle();
      gates.open(n);
    }

    await settle();
    expect(results.value).toEqual([1, 2, 3]);
  });

  test('hands each result out as soon as it and all before it are there', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(3).imap(gates.task, [1, 2, 3]);
    const first = watch(map.next());
    const second = watch(map.next());

    await settle();
    gates.open(2);
    await settle();
    expect([first.state, second.state]).toEqual(['pending', 'pending']);

    gates.open(1);
    await settle();
    expect([first.value?.value, second.value?.value]).toEqual([1, 2]);
  });

  test('awaits what the function returns', async () => {
    const map = new GreenPool(2).imap(async (word: string) => word.length, ['a', 'bb']);

    expect(await map.toArray()).toEqual([1, 2]);
  });

  test('yields undefined results as items', async () => {
    const map = new GreenPool(2).imap(() => undefined, [1, 2]);

    expect(await map.next()).toEqual({ value: undefined, done: false });
  });

  test('stays done after the end', async () => {
    const map = new GreenPool(2).imap((n: number) => n, [1]);
    await map.toArray();

    expect([await map.next(), await map.next()]).toEqual([end, end]);
  });

  test('runs each item once', async () => {
    const calls: number[] = [];

    await new GreenPool(2).imap((n: number) => calls.push(n), naturals(50)).toArray();

    expect(calls).toEqual([...naturals(50)]);
  });

  test('is its own iterator or gives one, and for await sees all items', async () => {
    const seen: number[] = [];

    for await (const n of new GreenPool(2).imap((n: number) => n * 2, [1, 2, 3])) seen.push(n);

    expect(seen).toEqual([2, 4, 6]);
  });

  test('goes on, on the same pool, when one map after another is read', async () => {
    const pool = new GreenPool(1);

    for (let round = 0; round < 3; round += 1) {
      expect(await pool.imap((n: number) => n + round, [0, 10]).toArray()).toEqual([round, 10 + round]);
    }
    expect(pool.running()).toBe(0);
  });
});

describe('GreenPool.imapUnordered', () => {
  test('gives results in completion order', async () => {
    const gates = new Gates<number>();
    const results = watch(new GreenPool(3).imapUnordered(gates.task, [1, 2, 3]).toArray());

    for (const n of [3, 1, 2]) {
      await settle();
      gates.open(n);
    }

    await settle();
    expect(results.value).toEqual([3, 1, 2]);
  });

  test('is not held up by a slow first item while there is room', async () => {
    const gates = new Gates<number>();
    gates.open(1, 2, 3, 4);
    const map = new GreenPool(2).imapUnordered(gates.task, naturals(5));

    const taken = [await map.next(), await map.next(), await map.next(), await map.next()];

    expect(taken.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
    gates.open(0);
    expect([await map.next(), await map.next()]).toEqual([{ value: 0, done: false }, end]);
  });

  test('gives the results of several sources', async () => {
    const sums = new GreenPool(2).imapUnordered((a: number, b: number) => a + b, [1, 2], [10, 20]);

    expect((await sums.toArray()).toSorted((a, b) => a - b)).toEqual([11, 22]);
  });
});

describe('GreenPool.starmap', () => {
  test('spreads each element as the arguments', async () => {
    const map = new GreenPool(2).starmap((word: string, n: number) => word.repeat(n), [
      ['a', 1],
      ['b', 3],
    ] as [string, number][]);

    expect(await map.toArray()).toEqual(['a', 'bbb']);
  });

  test('spreads elements that are iterables of any kind', async () => {
    const elements: Iterable<readonly number[]> = [[1, 2]];
    const others = [new Set([3, 4])] as unknown as readonly (readonly number[])[];
    const pool = new GreenPool(2);
    const sum = (...terms: number[]): number => terms.reduce((a, b) => a + b, 0);

    expect([await pool.starmap(sum, elements).toArray(), await pool.starmap(sum, others).toArray()]).toEqual([
      [3],
      [7],
    ]);
  });

  test('an element that is not iterable fails in its own place', async () => {
    const elements = [[1], 2, [3]] as unknown as [number][];
    const map = new GreenPool(2).starmap((n: number) => n, elements);

    expect(await map.next()).toEqual({ value: 1, done: false });
    await expect(map.next()).rejects.toThrow(TypeError);
    expect(await map.next()).toEqual({ value: 3, done: false });
    expect(await map.next()).toEqual(end);
  });

  test('does not spread an element twice', async () => {
    const map = new GreenPool(2).starmap((list: number[]) => list.length, [[[1, 2, 3]]] as [number[]][]);

    expect(await map.toArray()).toEqual([3]);
  });
});

describe('GreenPool.starmapUnordered', () => {
  test('spreads each element and gives results in completion order', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const pairs: [string, string][] = [
      ['a', 'b'],
      ['c', 'd'],
    ];
    const results = watch(
      pool.starmapUnordered((x: string, y: string) => gates.task(x + y), pairs).toArray(),
    );

    await settle();
    gates.open('cd');
    await settle();
    gates.open('ab');

    await settle();
    expect(results.value).toEqual(['cd', 'ab']);
  });
});
