import { describe, expect, test } from 'vitest';
import { identityOf } from '../../../../src/cli/journal/identity.ts';
import { IdentityCounts } from '../../../../src/cli/journal/identity-counts.ts';

describe('IdentityCounts', () => {
  test('what was added can be taken as often, no more', () => {
    const counts = new IdentityCounts();
    counts.add(identityOf('a'));
    counts.add(identityOf('a'));
    counts.add(identityOf('b'));

    const taken = ['a', 'a', 'a', 'b', 'b', 'c'].map((item) => counts.take(identityOf(item)));

    expect(taken).toEqual([true, true, false, true, false, false]);
    expect(counts.total).toBe(0);
  });

  test('agrees with a Map over many thousands', () => {
    const counts = new IdentityCounts();
    const model = new Map<string, number>();
    const ids = Array.from({ length: 20_000 }, (_, index) => identityOf(index % 15_000));
    for (const id of ids) {
      counts.add(id);
      model.set(id, (model.get(id) ?? 0) + 1);
    }

    const wrong = [...model].filter(([id, count]) => {
      for (let taken = 0; taken < count; taken += 1) if (!counts.take(id)) return true;
      return counts.take(id);
    });

    expect(wrong).toEqual([]);
  });

  test('an item can come back after it was taken', () => {
    const counts = new IdentityCounts();
    counts.add(identityOf('a'));
    counts.take(identityOf('a'));
    counts.add(identityOf('a'));

    expect([counts.total, counts.take(identityOf('a'))]).toEqual([1, true]);
  });
});
