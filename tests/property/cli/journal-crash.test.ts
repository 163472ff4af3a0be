// A crash at every single call that changes the disk: every item is in the output exactly once, in order where order
// was asked for, and no item runs again that was acknowledged.
import { describe, expect, test } from 'vitest';
import { countCalls, crashAndResume, flipBit, randomCrashes } from '../../support/journal/crash-law.ts';
import { CRASH_WORKLOAD } from '../../support/journal/crash-workload.ts';
import { seededRandom } from '../../support/journal/random.ts';
import type { Workload } from '../../support/journal/workload.ts';

const base = CRASH_WORKLOAD;
const workloads: readonly [string, 'kill' | 'power', Workload][] = [
  ['kill, unordered', 'kill', base],
  ['kill, ordered', 'kill', { ...base, ordered: true }],
  ['kill, written at once when all else waits', 'kill', { ...base, isHasty: true }],
  ['kill, ordered, written at once', 'kill', { ...base, ordered: true, isHasty: true }],
  ['kill, without syncs', 'kill', { ...base, ordered: true, sync: 'none' }],
  ['power loss, unordered', 'power', { ...base, freeSlot: 'when durable' }],
  ['power loss, written at once', 'power', { ...base, freeSlot: 'when durable', isHasty: true }],
  ['power loss, ordered', 'power', { ...base, ordered: true, freeSlot: 'when durable' }],
  [
    'power loss, every record synced',
    'power',
    { ...base, ordered: true, sync: 'always', freeSlot: 'when durable' },
  ],
];

describe('a journal', () => {
  test.each(workloads)('%s: keeps its word whichever call is the last', async (_name, kind, workload) => {
    const wrongs: string[] = [];
    for (let seed = 1; seed <= 3; seed += 1) {
      const calls = await countCalls(workload, seed);
      for (let crashAt = 1; crashAt <= calls; crashAt += 1) {
        const found = await crashAndResume({ workload, kind, seed, crashes: [crashAt] });
        wrongs.push(...found.map((wrong) => `seed ${seed}, call ${crashAt}: ${wrong}`));
      }
    }

    expect(wrongs).toEqual([]);
  });

  test.each(workloads)('%s: keeps its word when the resume crashes too', async (_name, kind, workload) => {
    const wrongs: string[] = [];
    const calls = await countCalls(workload, 1);
    const random = seededRandom(7);
    for (let seed = 1; seed <= 150; seed += 1) {
      const crashes = randomCrashes(calls, random);
      const found = await crashAndResume({ workload, kind, seed, crashes });
      wrongs.push(...found.map((wrong) => `seed ${seed}, calls ${crashes}: ${wrong}`));
    }

    expect(wrongs).toEqual([]);
  });

  test.each(workloads)('%s: a full disk stops it, and nothing is lost', async (_name, kind, workload) => {
    const wrongs: string[] = [];
    const calls = await countCalls(workload, 1);
    for (let failAt = 1; failAt <= calls; failAt += 1) {
      const found = await crashAndResume({ workload, kind, seed: 1, crashes: [failAt], isDiskFull: true });
      wrongs.push(...found.map((wrong) => `call ${failAt}: ${wrong}`));
    }

    expect(wrongs).toEqual([]);
  });

  test.each(workloads)('%s: a flipped bit costs work, not results', async (_name, kind, workload) => {
    const wrongs: string[] = [];
    const calls = await countCalls(workload, 1);
    for (let seed = 1; seed <= 150; seed += 1) {
      const crashes = [calls - (seed % 20)];
      const found = await crashAndResume({ workload, kind, seed, crashes, damage: flipBit });
      wrongs.push(...found.map((wrong) => `seed ${seed}: ${wrong}`));
    }

    expect(wrongs).toEqual([]);
  });
});
