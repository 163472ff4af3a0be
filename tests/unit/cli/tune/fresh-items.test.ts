import { describe, expect, test } from 'vitest';
import type { Item, ItemSource } from '../../../../src/cli/input/item.ts';
import { FreshItems } from '../../../../src/cli/tune/fresh-items.ts';

/** A source of numbered items in chunks of three; `bad` of them cannot be read. */
function source(count: number, bad: readonly number[] = []): ItemSource & { stopped: boolean } {
  const items = Array.from({ length: count }, (_, index): Item => {
    const id = index + 1;
    const error = bad.includes(id) ? new Error('bad') : undefined;
    return { id, value: id, error, line: id, source: undefined, raw: undefined };
  });
  return {
    stopped: false,
    itemsWaiting: 0,
    isExhausted: false,
    expectedItems: () => undefined,
    stop() {
      this.stopped = true;
    },
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < items.length; at += 3) yield items.slice(at, at + 3);
    },
  };
}

async function take(items: FreshItems, count: number): Promise<number[]> {
  const taken: number[] = [];
  for await (const chunk of items.step((given) => given >= count)) {
    for (const item of chunk) taken.push(item.id);
  }
  return taken;
}

describe('FreshItems', () => {
  test('a step goes on where the one before has ended', async () => {
    const items = new FreshItems(source(10), () => {});

    expect(await take(items, 4)).toEqual([1, 2, 3, 4]);
    expect(await take(items, 2)).toEqual([5, 6]);
    expect(items.isExhausted).toBe(false);
    expect(await take(items, 9)).toEqual([7, 8, 9, 10]);
    expect(items.isExhausted).toBe(true);
    expect(items.given).toBe(10);
    expect(await take(items, 1)).toEqual([]);
  });

  test('what cannot be read is told of and does not count', async () => {
    const unreadable: number[] = [];
    const items = new FreshItems(source(6, [2, 4]), (item) => unreadable.push(item.id));

    expect(await take(items, 3)).toEqual([1, 3, 5]);
    expect(unreadable).toEqual([2, 4]);
    expect(items.given).toBe(3);
  });

  test('stopping a step stops the input', () => {
    const input = source(3);

    new FreshItems(input, () => {}).step(() => false).stop();

    expect(input.stopped).toBe(true);
  });
});
