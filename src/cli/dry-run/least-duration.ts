import { checkedRate, type RateOptions } from '../../core/limits/rate.ts';

/** Milliseconds from the first of `count` starts to the last, when none has to wait for anything but the rate. */
export function leastDuration(count: number, rate: RateOptions): number {
  if (count === 0) return 0;
  const { limit, interval, burst } = checkedRate('rate', rate);
  // Any `limit + 1` starts take an interval; within one, all but the burst come one after another.
  const intervals = Math.floor((count - 1) / limit);
  const within = count - intervals * limit;
  return intervals * interval + Math.max(0, within - burst) * (interval / limit);
}
