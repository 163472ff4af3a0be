import { InvalidArgumentError } from 'commander';

/** `1` and more. */
export function positiveInteger(text: string): number {
  return integerFrom(1, text);
}

/** `0` and more. */
export function wholeNumber(text: string): number {
  return integerFrom(0, text);
}

function integerFrom(least: number, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
  }
  return value;
}
