import type { Measurement } from './measurement.ts';

/** What counts as growth: a tenth more. Below that lies the noise of a measurement of some seconds. */
export const LEAST_GROWTH = 1.1;

/** The smallest size that does not give clearly less than the best. Takes one measurement a size, the smallest first. */
export function kneeOf(sizes: readonly Measurement[]): Measurement | undefined {
  const best = Math.max(...sizes.map(({ perSecond }) => perSecond));
  if (!(best > 0)) return undefined;
  return sizes.find(({ perSecond }) => perSecond * LEAST_GROWTH >= best);
}
