import type { GreenPoolOptions, RateOptions, WithOptions } from 'greenpool';
import { greenpool, type Subject } from '../../property/support/subject.ts';
import { mutant } from './mutation.ts';

/** The library with other limits than it is given. */
function told(name: string, change: (options: GreenPoolOptions) => GreenPoolOptions): Subject {
  return {
    ...greenpool,
    name,
    pool: (size, options = {}) => greenpool.pool(size, { ...options, ...change(options) }),
  };
}

function faster(rate: RateOptions | undefined): RateOptions | undefined {
  return rate && { ...rate, limit: rate.limit + 1 };
}

export const countsOneTooFew = told('a rate that lets one more through', ({ rate }) => ({
  rate: faster(rate),
}));

export const countsOneTooFewPerKey = told('a rate of keys that lets one more through', ({ perKey }) => ({
  perKey: { ...perKey, rate: faster(perKey?.rate) },
}));

export const forgetsKeys = told('a pool that counts no keys', ({ perKey }) => ({
  perKey: { rate: perKey?.rate },
}));

/** Every task takes one slot, as with p-limit. */
export const weighsNothing = views('a pool that weighs nothing', ({ weight: _, ...options }) => options);

export const ignoresBursts = told('a rate that allows a burst of all', ({ rate }) => ({
  rate: rate && { ...rate, burst: rate.limit },
}));

export const staysPaused = mutant('a pool that stays paused', () => () => ({ resume: () => {} }));

export const retriesForEver = views('a pool that tries once more', ({ retry, ...options }) => ({
  ...options,
  retry: retry && { ...retry, attempts: retry.attempts + 1 },
}));

export const retriesAtOnce = views('a pool that tries again at once', ({ retry, ...options }) => ({
  ...options,
  retry: retry && { ...retry, base: 0 },
}));

/** The library whose views have other options than they are given. */
function views(name: string, change: (options: WithOptions) => WithOptions): Subject {
  return mutant(name, () => (real) => ({ with: (options: WithOptions) => real.with(change(options)) }));
}
