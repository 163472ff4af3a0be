import { describe, test } from 'vitest';
import type { Way } from './support/call-tree.ts';
import {
  nestingAcrossPoolsEnds,
  nestingEnds,
  nestingKeepsBound,
  nestingSurvivesClose,
  nestingSurvivesKills,
  nestingSurvivesResizes,
  playNest,
} from './support/deadlock-laws.ts';
import { greenpool } from './support/subject.ts';

const every: readonly Way[] = [
  'spawn',
  'spawnN',
  'run',
  'imap',
  'starmap',
  'imapUnordered',
  'pile',
  'helper',
];

describe('nested calls', () => {
  test.each(every)(
    'every nesting of four calls that begins with %s ends on pools of 1 to 3',
    async (first) => {
      for (const second of every) {
        for (const third of every) {
          for (const fourth of every) {
            for (const size of [1, 2, 3]) await playNest(greenpool, size, [first, second, third, fourth]);
          }
        }
      }
    },
  );

  test(nestingEnds.name, () => nestingEnds.holds(300));
  test(nestingKeepsBound.name, () => nestingKeepsBound.holds(200));
  test(nestingAcrossPoolsEnds.name, () => nestingAcrossPoolsEnds.holds(300));
  test(nestingSurvivesKills.name, () => nestingSurvivesKills.holds(500));
  test(nestingSurvivesResizes.name, () => nestingSurvivesResizes.holds(300));
  test(nestingSurvivesClose.name, () => nestingSurvivesClose.holds(300));
});
