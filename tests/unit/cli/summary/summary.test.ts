import { describe, expect, test } from 'vitest';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import type { RunEnd } from '../../../../src/cli/run/outcome.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { summaryOf } from '../../../../src/cli/summary/summary.ts';

function summarize(what: Partial<RunEnd>, failures = new FailureTable()) {
  const tally = new Tally();
  Object.assign(tally.ended, { done: 5, failed: 2, skipped: 1 });
  tally.retried = 3;
  tally.countSkip('cached');
  const end: RunEnd = {
    ...{ tally, elapsed: 1600.4, writeError: undefined, hasCrashed: false, cancelledBy: undefined },
    ...{ isHalted: false, isTimeUp: false, isStuck: false, hasWorkLeft: false, firstLeft: undefined },
    ...{ journal: undefined, failedLost: 0, ...what },
  };
  return summaryOf({ args: ['m.ts', '-j', '2'], version: '1.2.3', end, failures, exitCode: 1 });
}

describe('summaryOf', () => {
  test('has all there is to know of a run', () => {
    const failures = new FailureTable();
    failures.add({ line: 7, source: 'urls.txt' }, new Error('timeout of host 17'));
    failures.add({ line: 8, source: 'urls.txt' }, new TypeError('no'));
    failures.add({ line: 9, source: 'urls.txt' }, new TypeError('no'));

    expect(summarize({}, failures)).toEqual({
      command: ['greenpool', 'm.ts', '-j', '2'],
      exitCode: 1,
      ended: 'failed',
      counts: { done: 5, failed: 2, skipped: 1, cancelled: 0, retried: 3 },
      skipReasons: { cached: 1 },
      failures: [
        { error: 'TypeError: no', count: 2, first: 'urls.txt:8' },
        { error: 'Error: timeout of host 17', count: 1, first: 'urls.txt:7' },
      ],
      elapsedMs: 1600,
      perSecond: 5,
      left: null,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      versions: { greenpool: '1.2.3', node: process.versions.node },
    });
  });

  test('says from where on the input is left', () => {
    const hasWorkLeft = true;

    expect(summarize({ hasWorkLeft, firstLeft: { line: 4, source: 'a.txt' } }).left).toEqual({
      first: { source: 'a.txt', line: 4 },
    });
    expect(summarize({ hasWorkLeft, firstLeft: { line: 4, source: undefined } }).left).toEqual({
      first: { source: null, line: 4 },
    });
    expect(summarize({ hasWorkLeft }).left).toEqual({ first: null });
  });

  test('says what the output was lost of', () => {
    const writeError = { error: new Error('no space left on device'), name: 'out.ndjson', written: 5 };

    expect(summarize({ writeError })).toMatchObject({
      ended: 'output',
      outputError: 'cannot write out.ndjson: no space left on device; results written: 5',
    });
  });

  test('with a journal counts what earlier runs saw to', () => {
    expect(summarize({ journal: 'run.gpj' }).before).toEqual({ done: 0, failed: 0, skipped: 0 });
  });
});
