import { describe, expect, test } from 'vitest';
import { parseHalt } from '../../../../src/cli/limits/halt.ts';
import { EarlyEnd, type EarlyEndOptions } from '../../../../src/cli/run/early-end.ts';
import type { ItemRun } from '../../../../src/cli/run/item-run.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { FakeTicks } from '../fake-ticks.ts';

function setUp(more: Partial<EarlyEndOptions> = {}) {
  const calls: string[] = [];
  const ticks = new FakeTicks();
  const tally = new Tally();
  const run = {
    state: 'running' as ItemRun['state'],
    drain() {
      calls.push('drain');
      run.state = 'draining';
    },
    cancel: () => calls.push('cancel'),
    abandon: () => calls.push('abandon'),
  };
  const options = { halt: undefined, failFast: false, maxTime: 1000, patience: 3000, ...more };
  const end = new EarlyEnd({ options, run, tally, ticks, print: (text) => calls.push(text) });
  return { calls, ticks, run, end, tally };
}

describe('EarlyEnd', () => {
  test('drains when the time of the run is over', () => {
    const { calls, ticks, end } = setUp();

    ticks.pass(1000);

    expect(calls).toEqual(['greenpool: no new items after 1 s; waiting for 0 running', 'drain']);
    expect(end.isTimeUp).toBe(true);
  });

  test('a run that was ended by something else before does not end by its time', () => {
    const { calls, ticks, run, end } = setUp();

    run.drain();
    ticks.pass(1000);

    expect(calls).toEqual(['drain']);
    expect(end.isTimeUp).toBe(false);
  });

  test.each([
    ['ends at the first failure', undefined, true],
    ['but not where somebody took that back', parseHalt('never'), false],
  ])('with --fail-fast a run %s', (_what, halt, isHalted) => {
    const { end, tally } = setUp({ failFast: true, halt });

    tally.ended.failed = 1;
    end.countFailure();

    expect(end.isHalted).toBe(isHalted);
  });
});
