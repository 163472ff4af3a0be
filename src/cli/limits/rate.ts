import { InvalidArgumentError } from 'commander';
import type { RateOptions } from '../../core/limits/rate.ts';

const INTERVALS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A rate as it is given: `100/s`, `1000/h,burst=50`, `none`. */
export function describeRate(rate: RateOptions | undefined): string {
  if (rate === undefined) return 'none';
  const { limit, interval, burst } = rate;
  const unit = Object.keys(INTERVALS).find((name) => INTERVALS[name] === interval) ?? `${interval} ms`;
  return `${limit}/${unit}${burst === undefined ? '' : `,burst=${burst}`}`;
}

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
