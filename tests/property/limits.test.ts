import { test } from 'vitest';
import { limitsHold, nestedLimitsEnd, retriesAddUp } from './support/limit-laws.ts';

test(limitsHold.name, () => limitsHold.holds(200));
test(nestedLimitsEnd.name, () => nestedLimitsEnd.holds(200));
test(retriesAddUp.name, () => retriesAddUp.holds(200));
