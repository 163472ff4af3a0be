import { describe, test } from 'vitest';
import { killIsDeliveredOnce, linksThenWaiters, startsKeepOrder } from './support/handle-laws.ts';
import { waitallIsExact } from './support/waitall-laws.ts';

describe('GreenThread under any interleaving', () => {
  for (const law of [linksThenWaiters, killIsDeliveredOnce, startsKeepOrder]) {
    test(law.name, () => law.holds(300));
  }
});

describe('GreenPool.waitall under any interleaving', () => {
  test(waitallIsExact.name, () => waitallIsExact.holds(500));
});
