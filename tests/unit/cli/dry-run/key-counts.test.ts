import { describe, expect, test } from 'vitest';
import { KeyCounts } from '../../../../src/cli/dry-run/key-counts.ts';

const per = { field: 'host', limit: 4 };

describe('KeyCounts.describe', () => {
  test('names the five most frequent keys', () => {
    const keys = new KeyCounts();
    for (const [key, count] of Object.entries({ a: 2, b: 7, c: 1, d: 3, e: 4, f: 5 })) {
      for (let n = 0; n < count; n += 1) keys.add(key);
    }

    expect(keys.describe(per)).toBe('host: 6 different, 4 at a time of each; most: b 7, f 5, e 4, d 3, a 2');
  });

  test('counts items without a key, and keys that are no text', () => {
    const keys = new KeyCounts();
    for (const key of [undefined, 1, null, undefined]) keys.add(key);

    expect(keys.describe(per)).toBe(
      'host: 2 different, 4 at a time of each; most: 1 1, null 1; 2 items have none',
    );
  });

  test('shows no control characters and no endless key', () => {
    const keys = new KeyCounts();
    keys.add(`\x1b[2J${'x'.repeat(100)}`);

    expect(keys.describe(per)).toContain(`most:  [2J${'x'.repeat(33)}... 1`);
  });

  test('does not grow without end', () => {
    const keys = new KeyCounts(2);
    for (const key of ['a', 'b', 'c', 'b']) keys.add(key);

    expect(keys.describe(per)).toBe('host: 2 or more different, 4 at a time of each; most: b 2, a 1');
  });
});
