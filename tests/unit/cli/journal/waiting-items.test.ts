import { describe, expect, test } from 'vitest';
import { WaitingItems } from '../../../../src/cli/journal/waiting-items.ts';

const item = (n: number, session = 1) => ({ n, session });

describe('WaitingItems', () => {
  test('gives an item by its number, of two with one number the first', () => {
    const waiting = new WaitingItems<ReturnType<typeof item>>();
    for (const each of [item(3), item(5), item(3, 2)]) waiting.add('a', each);

    const taken = [3, 3, 3, 4].map((n) => waiting.takeOwn('a', n)?.session);

    expect([taken, waiting.size]).toEqual([[1, 2, undefined, undefined], 1]);
  });

  test('gives those that are left in the order in which they came', () => {
    const waiting = new WaitingItems<ReturnType<typeof item>>();
    for (const n of [7, 2, 9]) waiting.add('a', item(n));
    waiting.add('b', item(1));
    waiting.takeOwn('a', 2);

    expect([1, 2, 3].map(() => waiting.takeFirst('a')?.n)).toEqual([7, 9, undefined]);
    expect([waiting.takeOwn('b', 7), waiting.size]).toEqual([undefined, 1]);
  });
});
