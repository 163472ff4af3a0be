import { GreenPile, GreenPool, type GreenPoolOptions } from 'greenpool';
import { ManualClock } from 'greenpool/testing';

/** What the laws are stated about: something that makes pools and piles. The real one, or a broken one. */
export interface Subject {
  readonly name: string;
  pool(size: number, options?: GreenPoolOptions): GreenPool;
  pile<R>(pool: GreenPool, options?: ConstructorParameters<typeof GreenPile>[1]): GreenPile<R>;
}

// Failures that nobody looks at are part of many plans and of no interest here.
const quiet = (): void => {};

/** The library itself. */
export const greenpool: Subject = {
  name: 'greenpool',
  // Time stands still: how fast the machine is must not decide when a task starts. Turns of the event loop are real.
  pool: (size, options) => new GreenPool(size, { onError: quiet, clock: new ManualClock(), ...options }),
  pile: (pool, options) => new GreenPile(pool, options),
};
