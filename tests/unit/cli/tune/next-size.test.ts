import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { haveFailuresRisen, nextSize } from '../../../../src/cli/tune/next-size.ts';
import { climb, collapsing, computing, measurement, saturating } from './curves.ts';

describe('nextSize', () => {
  test('begins with one at a time, and doubles', () => {
    expect(nextSize([], 256)).toEqual({ size: 1, climbEnd: undefined });
    expect(nextSize([measurement(1, { perSecond: 10 })], 256)).toEqual({ size: 2, climbEnd: undefined });
  });

  test('a saturating server: two sizes beyond the knee, then around it', () => {
    expect(climb(saturating(12)).sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 16, 12, 24]);
    expect(climb(saturating(12)).end).toBe('levelled');
  });

  test('a collapsing server: no further, and nothing between the good and the bad', () => {
    expect(climb(collapsing(16)).sizes).toEqual([1, 2, 4, 8, 16, 32, 16, 12]);
    expect(climb(collapsing(16)).end).toBe('failures');
  });

  test('a function that computes: two sizes are enough', () => {
    expect(climb(computing).sizes).toEqual([1, 2, 1]);
    expect(climb(computing).end).toBe('levelled');
  });

  test('throughput that still grows is followed to the largest size allowed', () => {
    expect(climb(saturating(10_000), 100).sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 100, 100, 75]);
    expect(climb(saturating(10_000), 100).end).toBe('max');
    expect(climb(saturating(10_000), 1).sizes).toEqual([1, 1]);
  });

  test('one noisy measurement ends no climb', () => {
    const noisy = climb((size) => ({ perSecond: size === 4 ? 15 : 10 * Math.min(size, 32) }));

    expect(noisy.sizes.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
  });

  test('a function that always fails is called at one size only', () => {
    expect(climb(() => ({ perSecond: 0, failed: 48, calls: 48 })).sizes).toEqual([1]);
  });

  test('whatever the curve: it ends, stays within the limits and measures no size three times', () => {
    const noise = fc.array(
      fc.record({ perSecond: fc.double({ min: 0, max: 1000, noNaN: true }), failed: fc.nat(48) }),
      {
        minLength: 20,
        maxLength: 20,
      },
    );

    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 300 }), (points, max) => {
        let at = 0;
        const { sizes } = climb(() => points[at++ % points.length]!, max);

        expect(sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= max)).toBe(true);
        expect(sizes.every((size) => sizes.filter((other) => other === size).length <= 2)).toBe(true);
      }),
    );
  });
});

describe('haveFailuresRisen', () => {
  test.each([
    ['one or two', { calls: 48, failed: 2 }, 0, false],
    ['more than before by far', { calls: 48, failed: 6 }, 0, true],
    ['as many as before', { calls: 48, failed: 24 }, 24, false],
    ['slightly more than before', { calls: 100, failed: 12 }, 4, false],
  ])('%s', (_name, step, before, expected) => {
    const smaller = measurement(1, { calls: 48, failed: before });

    expect(haveFailuresRisen(measurement(2, step), [smaller])).toBe(expected);
  });

  test('at the first size only if nothing else happens', () => {
    expect(haveFailuresRisen(measurement(1, { calls: 48, failed: 40 }), [])).toBe(false);
    expect(haveFailuresRisen(measurement(1, { calls: 48, failed: 48 }), [])).toBe(true);
  });
});
