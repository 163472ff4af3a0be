import { expect, test } from 'vitest';
import { countCalls, crashAndResume } from '../../support/journal/crash-law.ts';
import { CRASH_WORKLOAD } from '../../support/journal/crash-workload.ts';
import { journalMutants } from './journal-mutants.ts';

test.each(journalMutants)(
  'the crash law rejects a journal where $name',
  async ({ kind, mutate, ...mutant }) => {
    const workload = { ...CRASH_WORKLOAD, ...mutant.workload };
    const wrongs: string[] = [];
    for (let seed = 1; seed <= 10 && wrongs.length === 0; seed += 1) {
      const calls = await countCalls(workload, seed);
      for (let crashAt = 1; crashAt <= calls && wrongs.length === 0; crashAt += 1) {
        wrongs.push(...(await crashAndResume({ workload, kind, seed, crashes: [crashAt], mutate })));
      }
    }

    expect(wrongs).not.toEqual([]);
  },
);
