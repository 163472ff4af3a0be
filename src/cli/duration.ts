import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
// What a timer of Node can hold. It would end at once with more.
const LONGEST = 2 ** 31 - 1;

/** `30s`, `5m`, `250ms`, `1.5h` in milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  const duration = Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? Number.NaN);
  if (!(duration <= LONGEST))
    throw new InvalidArgumentError('It must be a duration, such as 250ms, 30s or 5m.');
  return duration;
}
