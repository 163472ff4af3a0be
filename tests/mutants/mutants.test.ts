import { describe, expect, test } from 'vitest';
import * as deadlock from '../property/support/deadlock-laws.ts';
import { expiredNextLosesNothing } from '../property/support/expiry-law.ts';
import * as handles from '../property/support/handle-laws.ts';
import type { Law } from '../property/support/law.ts';
import { laws } from '../property/support/laws.ts';
import { limitsHold, nestedLimitsEnd, retriesAddUp } from '../property/support/limit-laws.ts';
import * as maps from '../property/support/map-laws.ts';
import { agreesWithReference } from '../property/support/model-law.ts';
import { pileGivesEachOnce } from '../property/support/pile-laws.ts';
import * as slots from '../property/support/slot-laws.ts';
import type { Subject } from '../property/support/subject.ts';
import { timeoutsRunFromTheStart } from '../property/support/timeout-law.ts';
import { waitallIsExact } from '../property/support/waitall-laws.ts';
import * as limited from './support/limit-mutants.ts';
import { mutant } from './support/mutation.ts';
import * as results from './support/result-mutants.ts';
import * as slotted from './support/slot-mutants.ts';
import * as waiting from './support/wait-mutants.ts';

// The same plans every time; a plan that a mutant fails must not be a matter of luck.
const seed = 20_07_04;
const runs = 200;

interface Rejection {
  readonly law: Law;
  readonly subject: Subject;
  /** What the law must say: a mutant that is rejected for another reason proves nothing. */
  readonly says: RegExp;
}

const rejections: readonly Rejection[] = [
  { law: slots.callOrderHolds, subject: slotted.barging, says: /order of starts/ },
  { law: slots.callOrderHolds, subject: slotted.lastComeFirstServed, says: /order of starts/ },
  { law: agreesWithReference, subject: slotted.barging, says: /size and counts|order of starts/ },
  { law: agreesWithReference, subject: slotted.blindToPriority, says: /order of starts|outcome/ },
  { law: agreesWithReference, subject: slotted.growsLater, says: /counts in the call/ },
  { law: agreesWithReference, subject: slotted.countsTheGone, says: /counts at rest/ },
  { law: agreesWithReference, subject: slotted.freesSlotOnKill, says: /counts at rest/ },
  { law: slots.boundHolds, subject: slotted.freesSlotOnKill, says: /functions at work in/ },
  { law: slots.growthIsExact, subject: slotted.growsLater, says: /after resize/ },
  { law: slots.countsAddUp, subject: slotted.clampsFree, says: /running\(\) \+ free\(\)/ },
  { law: slots.countsAddUp, subject: slotted.countsTheGone, says: /wait/ },
  { law: slots.noSlotIsLost, subject: slotted.losesSlotOnAbort, says: /never ended/ },
  { law: slots.slotThenLinks, subject: slotted.runsLinksInTheSlot, says: /while the slot was taken/ },
  { law: handles.linksThenWaiters, subject: slotted.tellsWaitersFirst, says: /links and waiters/ },
  { law: handles.startsKeepOrder, subject: slotted.startsAsItLikes, says: /order of starts/ },
  { law: handles.startsKeepOrder, subject: slotted.holdsTheLoop, says: /held the event loop/ },
  {
    law: handles.killIsDeliveredOnce,
    subject: slotted.freesSlotOnKill,
    says: /before the function had ended/,
  },
  { law: handles.killIsDeliveredOnce, subject: waiting.killsOnlyTheHandle, says: /0 kills were thrown/ },
  { law: handles.killIsDeliveredOnce, subject: waiting.ignoresKills, says: /state in the turn of the kill/ },
  { law: waitallIsExact, subject: waiting.waitsForKnown, says: /early/ },
  { law: waitallIsExact, subject: waiting.waitsForFirstZero, says: /early/ },
  { law: waitallIsExact, subject: waiting.hangsOnProducers, says: /never ended/ },
  { law: timeoutsRunFromTheStart, subject: slotted.timesTheQueue, says: /times/ },
  { law: maps.imapKeepsOrder, subject: results.yieldsAsTheyCome, says: /outcomes/ },
  { law: maps.readAheadIsBounded, subject: results.readsOnAndOn, says: /read ahead/ },
  { law: maps.readAheadIsBounded, subject: results.bringsItsOwnSlots, says: /at work/ },
  { law: maps.unorderedGivesAll, subject: results.dropsFailures, says: /outcomes/ },
  { law: expiredNextLosesNothing, subject: results.losesExpired, says: /results taken/ },
  { law: pileGivesEachOnce, subject: results.givesTwice, says: /results of pile/ },
  { law: deadlock.nestingEnds, subject: waiting.knowsNoMembers, says: /never ended/ },
  { law: slots.contextIsTheSpawners, subject: waiting.knowsNoMembers, says: /wrong context/ },
  { law: deadlock.nestingKeepsBound, subject: waiting.oversteps, says: /at work on/ },
  { law: deadlock.nestingSurvivesResizes, subject: waiting.neverGrows, says: /never ended/ },
  { law: deadlock.nestingSurvivesResizes, subject: waiting.knowsNoMembers, says: /never ended/ },
  { law: deadlock.nestingSurvivesClose, subject: waiting.closesAtOnce, says: /of the closed pool/ },
  { law: deadlock.nestingAcrossPoolsEnds, subject: waiting.hidesCallers, says: /never ended/ },
  { law: deadlock.nestingSurvivesKills, subject: waiting.knowsNoMembers, says: /never ended/ },
  { law: deadlock.nestingSurvivesKills, subject: slotted.losesSlotOnAbort, says: /never ended/ },
  { law: limitsHold, subject: limited.countsOneTooFew, says: /starts of the pool/ },
  { law: limitsHold, subject: limited.countsOneTooFewPerKey, says: /starts of key/ },
  { law: limitsHold, subject: limited.ignoresBursts, says: /at once/ },
  { law: limitsHold, subject: limited.forgetsKeys, says: /of key . run/ },
  { law: limitsHold, subject: limited.weighsNothing, says: /slots are taken/ },
  { law: limitsHold, subject: limited.staysPaused, says: /stands still/ },
  { law: nestedLimitsEnd, subject: waiting.knowsNoMembers, says: /never ended/ },
  { law: nestedLimitsEnd, subject: limited.forgetsKeys, says: /of key . run/ },
  { law: retriesAddUp, subject: limited.retriesForEver, says: /attempts/ },
  { law: retriesAddUp, subject: limited.retriesAtOnce, says: /before a retry/ },
];

describe('mutants', () => {
  for (const { law, subject, says } of rejections) {
    test(`${subject.name} breaks "${law.name}"`, async () => {
      const counterexample = await law.counterexample(subject, runs, seed);

      expect(counterexample ?? 'no counterexample', `${runs} runs, seed ${seed}`).toMatch(says);
    });
  }

  // Otherwise a mutant could be rejected for the way in which it is made.
  for (const law of laws) {
    test(`a pool that is taken apart and put together unharmed keeps "${law.name}"`, async () => {
      const unharmed = mutant('unharmed', () => () => ({}));

      expect(await law.counterexample(unharmed, 50, seed)).toBeUndefined();
    });
  }

  test('every law is broken by at least one of them', () => {
    const broken = new Set(rejections.map(({ law }) => law.name));

    expect(laws.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
