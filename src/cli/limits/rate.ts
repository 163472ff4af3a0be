import { InvalidArgumentError } from 'commander';
import type { RateOptions } from '../../core/limits/rate.ts';

const INTERVALS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `100/s`, `30/m`, `1000/h,burst=50`: starts per second, minute or hour. */
export function parseRate(text: string): RateOptions {
  const match = /^(\d+)\/([smh])(?:,burst=(\d+))?$/.exec(text);
  const limit = Number(match?.[1]);
  const interval = INTERVALS[match?.[2] ?? ''];
  const burst = match?.[3] === undefined ? undefined : Number(match[3]);
  if (interval === undefined || !Number.isSafeInteger(limit) || limit === 0) {
    throw new InvalidArgumentError('It must be a rate, such as 100/s, 30/m or 1000/h,burst=50.');
  }
  if (burst !== undefined && (burst === 0 || burst > limit)) {
    throw new InvalidArgumentError(`The burst must be a whole number from 1 to ${limit}.`);
  }
  return { limit, interval, burst };
}
