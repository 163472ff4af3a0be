import { describe, expect, test } from 'vitest';
import { formatCount, formatDuration, formatRate } from '../../../../src/cli/progress/figures.ts';
import { RateMeter } from '../../../../src/cli/progress/rate-meter.ts';

describe('formatCount', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [123_456, '123,456'],
    [1_234_567, '1,234,567'],
  ])('%i is %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [4250, '4.2 s'],
    [42_900, '42 s'],
    [185_000, '3 m 05 s'],
    [7_620_000, '2 h 07 m'],
  ])('%i is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatRate', () => {
  test.each([
    [0.25, '0.3/s'],
    [9.96, '10/s'],
    [12_345.6, '12,346/s'],
  ])('%d is %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });
});

describe('RateMeter.perSecond', () => {
  test('is unknown until half a second has passed', () => {
    const rate = new RateMeter(0);
    rate.sample(400, 100);

    expect(rate.perSecond()).toBeUndefined();
  });

  test('forgets what is more than ten seconds old', () => {
    const rate = new RateMeter(0);
    for (let second = 1; second <= 30; second += 1)
      rate.sample(second * 1000, second <= 10 ? second * 100 : 1000);

    expect(rate.perSecond()).toBe(0);
  });
});
