import { describe, expect, test } from 'vitest';
import { isEnough } from '../../../../src/cli/tune/step-budget.ts';

const STEP_TIME = 5_000;

describe('isEnough', () => {
  test.each([
    ['a few calls of a slow function, time left', { size: 1, given: 3, elapsed: 4_000 }, false],
    ['time over, but too few calls to measure', { size: 4, given: 11, elapsed: 60_000 }, false],
    ['time over, three calls a slot', { size: 4, given: 12, elapsed: 5_000 }, true],
    ['eight calls a slot', { size: 32, given: 256, elapsed: 900 }, true],
    ['fewer than that', { size: 32, given: 255, elapsed: 900 }, false],
    ['few slots need more', { size: 1, given: 47, elapsed: 900 }, false],
    ['few slots, 48 calls', { size: 1, given: 48, elapsed: 900 }, true],
    ['calls that take almost no time go on', { size: 1, given: 479, elapsed: 1 }, false],
    ['but not to the end of the input', { size: 1, given: 480, elapsed: 1 }, true],
  ])('%s', (_name, step, expected) => {
    expect(isEnough(step, STEP_TIME)).toBe(expected);
  });

  test('a step time shorter than what quick calls are given ends those too', () => {
    expect(isEnough({ size: 1, given: 48, elapsed: 100 }, 100)).toBe(true);
  });
});
