import { describe, expect, test } from 'vitest';
import { ArgumentItems, splitArguments } from '../../../../src/cli/input/arguments.ts';
import type { Item } from '../../../../src/cli/input/item-reader.ts';

const read = async (items: ArgumentItems): Promise<Item[]> => {
  const all: Item[] = [];
  for await (const batch of items) all.push(...batch);
  return all;
};

describe('splitArguments', () => {
  test('the first ::: ends the command', () => {
    expect(splitArguments(['a', ':::', 'b', ':::'])).toEqual({ command: ['a'], items: ['b', ':::'] });
    expect(splitArguments(['a', ':::'])).toEqual({ command: ['a'], items: [] });
    expect(splitArguments(['a', '::::'])).toEqual({ command: ['a', '::::'], items: undefined });
  });
});

describe('ArgumentItems', () => {
  test('gives plain text, numbered, and knows how many', async () => {
    const items = new ArgumentItems(['{"a":1}', '', 'c\nd']);

    expect(items.expectedItems()).toEqual({ count: 3, isExact: true });
    expect([items.linesWaiting, items.isExhausted]).toEqual([3, false]);
    expect((await read(items)).map(({ id, value }) => [id, value])).toEqual([
      [1, '{"a":1}'],
      [2, ''],
      [3, 'c\nd'],
    ]);
    expect([items.linesWaiting, items.isExhausted]).toEqual([0, true]);
  });

  test('gives nothing once it is stopped', async () => {
    const items = new ArgumentItems(['a']);
    items.stop();

    expect(await read(items)).toEqual([]);
  });
});
