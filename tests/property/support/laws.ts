import {
  nestingAcrossPoolsEnds,
  nestingEnds,
  nestingKeepsBound,
  nestingSurvivesClose,
  nestingSurvivesKills,
  nestingSurvivesResizes,
} from './deadlock-laws.ts';
import { expiredNextLosesNothing } from './expiry-law.ts';
import { killIsDeliveredOnce, linksThenWaiters, startsKeepOrder } from './handle-laws.ts';
import type { Law } from './law.ts';
import { limitsHold, nestedLimitsEnd, retriesAddUp } from './limit-laws.ts';
import { imapKeepsOrder, readAheadIsBounded, unorderedGivesAll } from './map-laws.ts';
import { agreesWithReference } from './model-law.ts';
import { pileGivesEachOnce } from './pile-laws.ts';
import {
  boundHolds,
  callOrderHolds,
  contextIsTheSpawners,
  countsAddUp,
  growthIsExact,
  noSlotIsLost,
  slotThenLinks,
} from './slot-laws.ts';
import { timeoutsRunFromTheStart } from './timeout-law.ts';
import { waitallIsExact } from './waitall-laws.ts';

/** All laws. Each must be broken by at least one mutant. */
export const laws: readonly Law[] = [
  agreesWithReference,
  boundHolds,
  callOrderHolds,
  contextIsTheSpawners,
  countsAddUp,
  expiredNextLosesNothing,
  growthIsExact,
  imapKeepsOrder,
  killIsDeliveredOnce,
  limitsHold,
  linksThenWaiters,
  nestedLimitsEnd,
  nestingAcrossPoolsEnds,
  nestingEnds,
  nestingKeepsBound,
  nestingSurvivesClose,
  nestingSurvivesKills,
  nestingSurvivesResizes,
  noSlotIsLost,
  pileGivesEachOnce,
  readAheadIsBounded,
  retriesAddUp,
  slotThenLinks,
  startsKeepOrder,
  timeoutsRunFromTheStart,
  unorderedGivesAll,
  waitallIsExact,
];
