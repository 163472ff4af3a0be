import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bySize } from '../../../../src/cli/tune/measurement.ts';
import { suggest } from '../../../../src/cli/tune/suggestion.ts';
import { climb, collapsing, computing, measurement, saturating } from './curves.ts';

describe('suggest', () => {
  test.each([
    [1, 1],
    [2, 2],
    [6, 6],
    [12, 12],
    [16, 16],
    [100, 96],
  ])('a server with %d slots: %d', (slots, jobs) => {
    expect(suggest(climb(saturating(slots)))).toMatchObject({ jobs, reason: 'levelled' });
  });

  test('a server that collapses: the largest size before its failures', () => {
    expect(suggest(climb(collapsing(16)))).toEqual({
      jobs: 16,
      reason: 'failures',
      explanation: 'failures rose with 32 at a time: 50 % of the calls failed',
    });
  });

  test('a function that computes: one, and why', () => {
    const { jobs, reason, explanation } = suggest(climb(computing));

    expect({ jobs, reason }).toEqual({ jobs: 1, reason: 'event-loop' });
    expect(explanation).toContain('from 1 at a time on the event loop is never idle');
  });

  test('a function that computes, measured with noise: one all the same', () => {
    expect(suggest(climb((size) => ({ perSecond: size === 1 ? 300 : 500, loopUse: 0.97 })))).toMatchObject({
      jobs: 1,
    });
  });

  test('a function that waits and computes: where the event loop is full', () => {
    const mixed = climb((size) => ({ perSecond: 50 * Math.min(size, 8), loopUse: Math.min(1, size / 8) }));

    expect(suggest(mixed)).toMatchObject({ jobs: 8, reason: 'event-loop' });
  });

  test('noise of 4 % moves the suggestion to a neighbour at most', () => {
    const noise = fc.array(fc.double({ min: 0.96, max: 1.04, noNaN: true }), {
      minLength: 20,
      maxLength: 20,
    });

    fc.assert(
      fc.property(noise, (factors) => {
        let at = 0;
        const { jobs } = suggest(
          climb((size) => ({ perSecond: 10 * Math.min(size, 16) * factors[at++ % factors.length]! })),
        );

        expect([12, 16, 24]).toContain(jobs);
      }),
    );
  });

  test('throughput that still grew: the largest size, and to go on', () => {
    expect(suggest(climb(saturating(10_000), 64))).toEqual({
      jobs: 64,
      reason: 'max',
      explanation: 'throughput still grew (640/s): try a larger --max',
    });
  });

  test('an input that ended while it grew: the largest size so far, and why', () => {
    const steps = [measurement(1, { perSecond: 10 }), measurement(2, { perSecond: 20 })];

    expect(suggest({ steps, end: 'input' })).toEqual({
      jobs: 2,
      reason: 'input',
      explanation: '20/s, but the input ended before a larger size was measured: give more items',
    });
  });

  test('an input that ended behind the knee: the knee', () => {
    const steps = [10, 20, 20].map((perSecond, index) => measurement(2 ** index, { perSecond }));

    expect(suggest({ steps, end: 'input' })).toEqual({
      jobs: 2,
      reason: 'levelled',
      explanation: '20/s, and no other size gives a tenth more; the input ended before more than 4 at a time',
    });
  });

  test('an input slower than the function', () => {
    const slow = climb((size) => ({ perSecond: 20, slotUse: 0.6 / size }));

    expect(suggest(slow)).toMatchObject({ jobs: 1, reason: 'idle-slots' });
  });

  test.each([
    [{ steps: [], end: 'input' } as const, 'the input is too small: one size needs at least 3 items'],
    [{ steps: [], end: 'stopped' } as const, 'it was stopped before anything was measured'],
    [climb(() => ({ perSecond: 0, calls: 48, failed: 48 })), 'every call failed'],
  ])('nothing, and why: %#', (measured, explanation) => {
    expect(suggest(measured)).toMatchObject({ jobs: undefined, explanation });
  });
});

describe('bySize', () => {
  test('what was measured twice is the mean, weighted by calls', () => {
    const steps = [
      measurement(2, { perSecond: 30, calls: 100, failed: 1 }),
      measurement(1, { perSecond: 5 }),
      measurement(2, { perSecond: 10, calls: 300, failed: 2 }),
    ];

    expect(bySize(steps)).toMatchObject([
      { size: 1, perSecond: 5 },
      { size: 2, perSecond: 15, calls: 400, failed: 3 },
    ]);
  });
});
