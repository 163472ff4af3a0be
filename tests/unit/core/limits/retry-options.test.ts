import { GreenPool } from 'greenpool';
import { describe, expect, test } from 'vitest';
import { thrown } from '../../../support/rejection.ts';

describe('retry options', () => {
  test.each([
    [{ attempts: 0 }, RangeError, /retry\.attempts must be >= 1, got 0/],
    [{}, TypeError, /retry\.attempts .* got undefined/],
    [{ attempts: 2, base: -1 }, RangeError, /retry\.base must be >= 0 ms, got -1/],
    [{ attempts: 2, max: 'x' }, TypeError, /retry\.max .* got "x"/],
    [
      { attempts: 2, backoff: 'fibonacci' },
      TypeError,
      /retry\.backoff must be one of 'exponential', .* got "fibonacci"/,
    ],
    [{ attempts: 2, jitter: true }, TypeError, /retry\.jitter must be one of 'full', .* got true/],
    [{ attempts: 2, when: 1 }, TypeError, /retry\.when must be a function, got 1/],
    [{ attempts: 2, budget: -1 }, RangeError, /retry\.budget must be >= 0, got -1/],
    [{ attempts: 2, budget: '1' }, TypeError, /retry\.budget .* got "1"/],
    [3, TypeError, /retry must be an object, got 3/],
  ])('%o are refused in the call', (retry, type, message) => {
    const error = thrown(() => new GreenPool(1).with({ retry: retry as never }));

    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
  });
});
