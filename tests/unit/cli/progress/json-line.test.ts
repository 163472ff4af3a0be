import { describe, expect, test } from 'vitest';
import { describeAsJson } from '../../../../src/cli/progress/json-line.ts';
import type { Snapshot } from '../../../../src/cli/progress/snapshot.ts';

const snapshot: Snapshot = {
  finished: 450,
  partlyDone: 0.5,
  done: 440,
  failed: 3,
  skipped: 6,
  cancelled: 1,
  retried: 7,
  running: 10,
  waiting: { queued: 90, rate: 1, key: 2, paused: 0, backoff: 3 },
  keyName: 'host',
  expected: { count: 1000, isExact: true },
  perSecond: 54.9499,
  elapsed: 8000.4,
  isPaused: false,
};

describe('describeAsJson', () => {
  test('has every figure, and what is waited for by reason', () => {
    expect(JSON.parse(describeAsJson(snapshot))).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      finished: 450,
      total: 1000,
      done: 440,
      failed: 3,
      skipped: 6,
      cancelled: 1,
      retried: 7,
      running: 10,
      waiting: { queued: 90, rate: 1, key: 2, paused: 0, backoff: 3 },
      perSecond: 54.95,
      etaMs: 10_000,
      elapsedMs: 8000,
      paused: false,
    });
  });

  test('marks a total that is an estimate', () => {
    const line = describeAsJson({ ...snapshot, expected: { count: 1000, isExact: false } });

    expect(JSON.parse(line)).toMatchObject({ total: 1000, estimated: true });
  });

  test('has null for what is not known', () => {
    const line = describeAsJson({ ...snapshot, expected: undefined, perSecond: undefined });

    expect(JSON.parse(line)).toMatchObject({ total: null, perSecond: null, etaMs: null });
    expect(line).not.toContain('estimated');
  });

  test('is one line that begins with a brace, the last one with the exit code', () => {
    expect(describeAsJson(snapshot, 75)).toMatch(/^\{"time":.*"final":true,"exitCode":75\}$/);
  });
});
