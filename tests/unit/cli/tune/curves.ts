import type { Measurement } from '../../../../src/cli/tune/measurement.ts';
import { nextSize } from '../../../../src/cli/tune/next-size.ts';
import type { Measured } from '../../../../src/cli/tune/suggestion.ts';

/** What a made-up function gives at a size; what it does not say is that of one that only waits. */
export type Curve = (size: number) => Partial<Measurement> & { readonly perSecond: number };

export function measurement(size: number, given: Partial<Measurement> = {}): Measurement {
  const calls = given.calls ?? Math.max(48, 8 * size);
  return { size, perSecond: 0, p50: 10, p95: 20, calls, failed: 0, loopUse: 0.1, slotUse: 1, ...given };
}

/** Measures a curve to the end, and tells which sizes were asked for. */
export function climb(curve: Curve, max = 256): Measured & { readonly sizes: readonly number[] } {
  const steps: Measurement[] = [];
  for (;;) {
    const { size, climbEnd } = nextSize(steps, max);
    if (size === undefined)
      return { steps, end: climbEnd ?? 'stopped', sizes: steps.map((step) => step.size) };
    steps.push(measurement(size, curve(size)));
    if (steps.length > 50) throw new Error('it never ends');
  }
}

/** Ten items a second a call, up to so many calls. */
export const saturating =
  (slots: number): Curve =>
  (size) => ({ perSecond: 10 * Math.min(size, slots) });

/** The same, and with more calls than slots it breaks down: half of them fail. */
export const collapsing =
  (slots: number): Curve =>
  (size) =>
    size <= slots ? { perSecond: 10 * size } : { perSecond: 2 * slots, failed: 4 * size };

/** Each call computes: as many a second, however many at a time. */
export const computing: Curve = () => ({ perSecond: 500, loopUse: 1 });
