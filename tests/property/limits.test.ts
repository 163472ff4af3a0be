import { test } from 'vitest';
import { limitsHold, retriesAddUp } from './support/limit-laws.ts';

test(limitsHold.name, () => limitsHold.holds(200), 20_000);
test(retriesAddUp.name, () => retriesAddUp.holds(200), 20_000);
