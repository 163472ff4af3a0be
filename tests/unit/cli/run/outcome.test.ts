import { describe, expect, test } from 'vitest';
import { exitCodeFor, type RunEnd, reasonOf } from '../../../../src/cli/run/outcome.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';

function endOf(what: Partial<RunEnd> = {}, failed = 0): RunEnd {
  const tally = new Tally();
  tally.ended.failed = failed;
  return {
    tally,
    elapsed: 1000,
    writeError: undefined,
    hasCrashed: false,
    cancelledBy: undefined,
    isHalted: false,
    isTimeUp: false,
    isStuck: false,
    hasWorkLeft: false,
    firstLeft: undefined,
    journal: undefined,
    failedLost: 0,
    ...what,
  };
}

const lost = (code: string): NonNullable<RunEnd['writeError']> => ({
  error: Object.assign(new Error('no'), { code }),
  name: 'out',
  written: 1,
});

describe('reasonOf and exitCodeFor', () => {
  test.each<[string, number, RunEnd]>([
    ['done', 0, endOf()],
    ['failed', 1, endOf({}, 2)],
    ['drained', 75, endOf({ hasWorkLeft: true }, 2)],
    ['stuck', 75, endOf({ isStuck: true }, 1)],
    ['max-time', 75, endOf({ hasWorkLeft: true, isTimeUp: true })],
    // What was left when the time was over has all been run.
    ['done', 0, endOf({ isTimeUp: true })],
    ['halted', 3, endOf({ isHalted: true, hasWorkLeft: true }, 2)],
    ['cancelled', 130, endOf({ cancelledBy: 'SIGINT', hasWorkLeft: true })],
    ['cancelled', 143, endOf({ cancelledBy: 'SIGTERM', isHalted: true })],
    ['output', 4, endOf({ writeError: lost('ENOSPC'), cancelledBy: 'SIGINT' })],
    ['pipe', 141, endOf({ writeError: lost('EPIPE') })],
    ['crashed', 70, endOf({ hasCrashed: true, writeError: lost('EPIPE') })],
  ])('%s is %i', (reason, code, end) => {
    expect([reasonOf(end), exitCodeFor(end)]).toEqual([reason, code]);
  });
});
