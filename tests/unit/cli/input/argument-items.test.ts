import { describe, expect, test } from 'vitest';
import { ArgumentItems } from '../../../../src/cli/input/argument-items.ts';
import { splitArguments } from '../../../../src/cli/input/split-arguments.ts';
import { readAll } from './read-all.ts';

describe('splitArguments', () => {
  test('what follows ::: are items, also words that look like options', () => {
    expect(splitArguments(['m.ts', '-j', '2', ':::', '-a', '--', 'x'])).toEqual({
      words: ['m.ts', '-j', '2'],
      items: ['-a', '--', 'x'],
    });
  });

  test('without it there are none, which is not the same as an empty list', () => {
    expect(splitArguments(['m.ts']).items).toBeUndefined();
    expect(splitArguments(['m.ts', ':::']).items).toEqual([]);
  });

  test('only the very word counts', () => {
    expect(splitArguments(['echo', '::::', 'a:::b'])).toMatchObject({ items: undefined });
  });

  test('a second one is refused', () => {
    expect(() => splitArguments([':::', 'a', ':::', 'b'])).toThrow('::: can be given only once');
  });
});

describe('ArgumentItems', () => {
  test('words are text, and can be read again as JSON whatever is in them', async () => {
    const items = await readAll(new ArgumentItems(['{"a":1}', 'x\ny'], false));

    expect(items.map(({ id, value, raw }) => [id, value, raw])).toEqual([
      [1, '{"a":1}', '"{\\"a\\":1}"'],
      [2, 'x\ny', '"x\\ny"'],
    ]);
  });

  test('or JSON, and a word that is none fails with its place', async () => {
    const items = await readAll(new ArgumentItems(['{"a":\n1}', '{'], true));

    expect(items.map(({ value, raw }) => [value, raw])).toEqual([
      [{ a: 1 }, '{"a": 1}'],
      [undefined, '{'],
    ]);
    expect(items[1]).toMatchObject({
      source: 'argument',
      line: 2,
      error: { message: 'the argument is not valid JSON', code: 'ERR_INPUT_LINE' },
    });
  });

  test('stops, and knows what is left', async () => {
    const source = new ArgumentItems(['a', 'b', 'c'], false);
    for await (const items of source) for (const _item of items) source.stop();

    expect([source.isExhausted, source.itemsWaiting]).toEqual([false, 2]);
    expect(source.expectedItems()).toEqual({ count: 3, isExact: true });
  });
});
