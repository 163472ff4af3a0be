import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BatchedItems } from '../../../../src/cli/input/batched-items.ts';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import { SlicedItems } from '../../../../src/cli/input/sliced-items.ts';
import { readAll, sourceOf } from './read-all.ts';

const reader = (...chunks: string[]): ItemReader => new ItemReader([sourceOf(chunks)], 'ndjson');
const ALL = Number.POSITIVE_INFINITY;

describe('SlicedItems', () => {
  test('leaves out the first and stops after the last; items keep their numbers', async () => {
    const items = new SlicedItems(reader('1\n2\n3\n', '4\n5\n'), { skip: 1, limit: 3 });

    expect((await readAll(items)).map(({ id, value }) => [id, value])).toEqual([
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect([items.isExhausted, items.expectedItems()]).toEqual([true, { count: 3, isExact: true }]);
  });

  test('does not wait for input that it does not need, and lets go of it', async () => {
    const endless = new PassThrough();
    const source = { name: undefined, stats: undefined, open: () => endless };
    endless.write('1\n2\n3\n');

    const items = await readAll(new SlicedItems(new ItemReader([source], 'ndjson'), { skip: 0, limit: 2 }));

    expect(items.map(({ value }) => value)).toEqual([1, 2]);
    expect(endless.destroyed).toBe(true);
  });

  test.each([
    [{ skip: 0, limit: 0 }, []],
    [{ skip: 9, limit: 1 }, []],
    [{ skip: 2, limit: ALL }, [3]],
    [{ skip: 0, limit: 9 }, [1, 2, 3]],
  ])('%j', async (slice, values) => {
    const items = new SlicedItems(reader('1\n2\n3\n'), slice);

    expect((await readAll(items)).map(({ value }) => value)).toEqual(values);
    expect([items.isExhausted, items.expectedItems()]).toEqual([
      true,
      { count: values.length, isExact: true },
    ]);
  });

  test('expects its limit of an input whose end is unknown, and nothing without a limit', () => {
    expect(new SlicedItems(reader('1\n'), { skip: 5, limit: 7 }).expectedItems()).toEqual({
      count: 7,
      isExact: false,
    });
    expect(new SlicedItems(reader('1\n'), { skip: 5, limit: ALL }).expectedItems()).toBeUndefined();
  });
});

describe('BatchedItems', () => {
  test('gives arrays, over chunks, the last one shorter', async () => {
    const items = await readAll(new BatchedItems(reader('1\n2\n3\n', '4\n5\n'), 2));

    expect(items.map(({ id, value, line, raw }) => [id, value, line, raw])).toEqual([
      [1, [1, 2], 1, ['1', '2']],
      [2, [3, 4], 3, ['3', '4']],
      [3, [5], 5, ['5']],
    ]);
  });

  test('what cannot be read fails beside the batches', async () => {
    const items = await readAll(new BatchedItems(reader('1\n{\n2\n'), 2));

    expect(items.map(({ id, value, line }) => [id, value, line])).toEqual([
      [1, undefined, 2],
      [2, [1, 2], 1],
    ]);
  });

  test('a batch that is not full when the run is stopped is left', async () => {
    const input = new PassThrough();
    const inner = new ItemReader([{ name: undefined, stats: undefined, open: () => input }], 'ndjson');
    const items = new BatchedItems(inner, 2);
    input.write('1\n2\n3\n');

    const values: unknown[] = [];
    for await (const some of items) {
      for (const { value } of some) values.push(value);
      items.stop();
    }

    expect(values).toEqual([[1, 2]]);
    expect([items.isExhausted, items.itemsWaiting]).toEqual([false, 1]);
  });

  test('a limit of items is one of items, not of batches', async () => {
    const limited = new SlicedItems(reader('1\n2\n3\n4\n5\n'), { skip: 0, limit: 3 });

    expect((await readAll(new BatchedItems(limited, 2))).map(({ value }) => value)).toEqual([[1, 2], [3]]);
  });
});
