import { describe, expect, test } from 'vitest';
import { leastDuration } from '../../../../src/cli/dry-run/least-duration.ts';
import { checkedRate, Rate, type RateOptions } from '../../../../src/core/limits/rate.ts';

/** When the last of `count` starts is let through that all come at once. */
function simulate(count: number, options: RateOptions): number {
  const rate = new Rate(checkedRate('rate', options));
  let now = 0;
  for (let start = 0; start < count; start += 1) {
    now = Math.max(now, rate.readyAt);
    rate.take(now);
  }
  return now;
}

describe('leastDuration', () => {
  test.each<RateOptions>([
    { limit: 10, interval: 1000 },
    { limit: 2000, interval: 1000 },
    { limit: 100, interval: 1000, burst: 20 },
    { limit: 10, interval: 60_000, burst: 10 },
    { limit: 1, interval: 1000 },
  ])('%j is what a pool keeps to', (rate) => {
    for (const count of [1, 2, 10, 11, 20, 21, 25, 99, 100, 101, 150, 2001]) {
      // A pool counts in whole microseconds, rounded up.
      expect(Math.abs(leastDuration(count, rate) - simulate(count, rate))).toBeLessThanOrEqual(count / 1000);
    }
  });

  test('nothing takes no time', () => {
    expect(leastDuration(0, { limit: 1, interval: 1000 })).toBe(0);
  });
});
