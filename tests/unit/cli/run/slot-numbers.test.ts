import { describe, expect, test } from 'vitest';
import { SlotNumbers } from '../../../../src/cli/run/slot-numbers.ts';

const taken = (count: number) => {
  const numbers = new SlotNumbers();
  const all = Array.from({ length: count }, () => numbers.take());
  return { numbers, all };
};

describe('SlotNumbers.resize', () => {
  test('numbers that came back before a shrink are not handed out above it', () => {
    const { numbers, all } = taken(4);
    for (const slot of all) numbers.give(slot);

    numbers.resize(2);

    expect([numbers.take(), numbers.take()].sort()).toEqual([0, 1]);
  });

  test('numbers that come back after a shrink are not handed out above it', () => {
    const { numbers } = taken(4);

    numbers.resize(2);
    for (const slot of [0, 2, 3]) numbers.give(slot);

    expect(numbers.take()).toBe(0);
  });

  test('growing hands the numbers out again that a shrink took away, none twice', () => {
    const { numbers } = taken(4);
    numbers.resize(1);
    for (const slot of [3, 1]) numbers.give(slot);

    numbers.resize(5);

    expect([numbers.take(), numbers.take(), numbers.take()].sort()).toEqual([1, 3, 4]);
  });
});
