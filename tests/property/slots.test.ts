import { describe, test } from 'vitest';
import {
  boundHolds,
  callOrderHolds,
  contextIsTheSpawners,
  countsAddUp,
  growthIsExact,
  noSlotIsLost,
  slotThenLinks,
} from './support/slot-laws.ts';

const laws = [
  boundHolds,
  countsAddUp,
  callOrderHolds,
  noSlotIsLost,
  growthIsExact,
  slotThenLinks,
  contextIsTheSpawners,
];

describe('GreenPool under any interleaving', () => {
  for (const law of laws) test(law.name, () => law.holds(300));
});
