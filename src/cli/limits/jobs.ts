import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';

/** `8`; `50%` of the processors, at least 1; `+2`, so many more than processors. */
export function parseJobs(text: string, processors: number = availableParallelism()): number {
  const match = /^(\+?)(\d+)(%?)$/.exec(text);
  const value = Number(match?.[2]);
  if (match === null || !Number.isSafeInteger(value) || (match[1] !== '' && match[3] !== '')) {
    throw new InvalidArgumentError(
      'It must be a whole number, a share of the processors such as 50%, or +2.',
    );
  }
  const jobs = jobsOf(match[1] ?? '', value, match[3] ?? '', processors);
  if (jobs === 0) throw new InvalidArgumentError('It must be 1 or more.');
  return jobs;
}

function jobsOf(sign: string, value: number, unit: string, processors: number): number {
  if (sign === '+') return processors + value;
  if (unit === '') return value;
  return value === 0 ? 0 : Math.max(1, Math.round((processors * value) / 100));
}
