import { describe, test } from 'vitest';
import { expiredNextLosesNothing } from './support/expiry-law.ts';
import { imapKeepsOrder, readAheadIsBounded, unorderedGivesAll } from './support/map-laws.ts';
import { pileGivesEachOnce } from './support/pile-laws.ts';
import { timeoutsRunFromTheStart } from './support/timeout-law.ts';

describe('GreenMap under any interleaving', () => {
  for (const law of [imapKeepsOrder, readAheadIsBounded, unorderedGivesAll, expiredNextLosesNothing]) {
    test(law.name, () => law.holds(300));
  }
});

describe('GreenPile under any interleaving', () => {
  test(pileGivesEachOnce.name, () => pileGivesEachOnce.holds(300));
});

describe('GreenPool.with under any interleaving', () => {
  test(timeoutsRunFromTheStart.name, () => timeoutsRunFromTheStart.holds(50));
});
