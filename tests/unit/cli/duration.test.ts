import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../src/cli/duration.ts';

describe('parseDuration', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 's', '-1s', '1 s', '5d', '1e3s', '1000h', 'toString', '1constructor'])(
    '%j is refused',
    (text) => {
      expect(() => parseDuration(text)).toThrow('It must be a duration, such as 250ms, 30s or 5m.');
    },
  );
});
