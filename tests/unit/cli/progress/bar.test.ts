import { describe, expect, test } from 'vitest';
import { drawBar } from '../../../../src/cli/progress/bar.ts';
import { describeProgress } from '../../../../src/cli/progress/progress-line.ts';
import type { Snapshot } from '../../../../src/cli/progress/snapshot.ts';

const snapshot: Snapshot = {
  finished: 450,
  partlyDone: 0,
  done: 447,
  failed: 3,
  skipped: 0,
  cancelled: 0,
  retried: 0,
  running: 10,
  waiting: { queued: 90, rate: 0, key: 0, paused: 0, backoff: 0 },
  keyName: undefined,
  expected: { count: 1000, isExact: true },
  perSecond: 55,
  elapsed: 8000,
  isPaused: false,
};

const held: Snapshot = {
  ...snapshot,
  waiting: { queued: 0, rate: 200, key: 40, paused: 0, backoff: 10 },
  keyName: 'host',
};

describe('drawBar', () => {
  test('shows the share, the counts, the rate and the time left', () => {
    expect(drawBar(snapshot, 120, false).text).toBe(
      '━━━━━━━━━━──────────────  45%  450/1,000  55/s  3 failed  10 running  90 waiting  10 s left',
    );
  });

  test('says that the run is paused where it else tells the time left, also when there is little room', () => {
    expect(drawBar({ ...snapshot, isPaused: true }, 120, false).text).toMatch(/ {2}90 waiting {2}paused$/);
    expect(drawBar({ ...snapshot, isPaused: true }, 40, false).text).toContain('paused');
    expect(describeProgress({ ...snapshot, isPaused: true })).toMatch(/, 90 waiting, paused$/);
  });

  test('marks an estimated whole', () => {
    const { text } = drawBar({ ...snapshot, expected: { count: 1000, isExact: false } }, 120, false);

    expect(text).toContain('450/~1,000');
  });

  test('without a known whole it counts and shows the time that has passed', () => {
    const { text } = drawBar({ ...snapshot, expected: undefined }, 120, false);

    expect(text).toBe('450 finished  55/s  3 failed  10 running  90 waiting  8 s');
  });

  test('counts what running items report of themselves', () => {
    expect(drawBar({ ...snapshot, partlyDone: 50 }, 120, false).text).toContain(' 50%');
  });

  const big: Snapshot = {
    ...snapshot,
    finished: 1_234_567,
    failed: 12_345,
    expected: { count: 10_000_000, isExact: false },
    perSecond: 1234,
  };

  test('at 80 columns the bar gets shorter, and the time left and what waits stay', () => {
    expect(drawBar(snapshot, 80, false).text).toBe(
      '━━━━━───────  45%  450/1,000  55/s  3 failed  10 running  90 waiting  10 s left',
    );
    expect(drawBar(big, 80, false).text).toBe(
      '━────────  12%  1,234,567/~10,000,000  12,345 failed  90 waiting  1 h 58 m left',
    );
  });

  test('at 40 columns the count and the failures stay', () => {
    expect(drawBar(big, 40, false).text).toBe('1,234,567/~10,000,000  12,345 failed');
  });

  test('says what is waited for, most first and the mere turn last', () => {
    expect(drawBar(held, 120, false).text).toBe(
      '━━━━━━━━━───────────  45%  450/1,000  55/s  3 failed  10 running  250 waiting: 200 rate, 40 host, 10 backoff  10 s left',
    );
    const behind = { ...held, waiting: { ...held.waiting, queued: 1000 } };
    expect(drawBar(behind, 160, false).text).toContain(
      '1,250 waiting: 200 rate, 40 host, 10 backoff, 1,000 queued',
    );
  });

  test('at 80 columns it says what most items wait for, at 60 how many', () => {
    expect(drawBar(held, 80, false).text).toBe(
      '━━━━━────────  45%  450/1,000  55/s  3 failed  250 waiting: 200 rate  10 s left',
    );
    expect(drawBar(held, 60, false).text).toBe('━━━━─────  45%  450/1,000  3 failed  250 waiting  10 s left');
  });

  test('a name of a field cannot reach the terminal', () => {
    expect(drawBar({ ...held, keyName: 'h\x1b[2J' }, 160, false).text).toContain('40 h [2J');
  });

  test.each([20, 40, 60, 80, 100, 120])('stays below %i columns, colours not counted', (columns) => {
    const plain = drawBar(held, columns, false);
    const colored = drawBar(held, columns, true);

    expect(plain.text.length).toBe(plain.width);
    expect(plain.width).toBeLessThan(columns);
    expect(colored.width).toBe(plain.width);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(colored.text.replace(/\x1b\[\d+m/g, '')).toBe(plain.text);
  });
});

describe('describeProgress', () => {
  test('says the same in one line', () => {
    expect(describeProgress(snapshot)).toBe(
      'greenpool: 450/1,000 (45%), 55/s, 3 failed, 10 running, 90 waiting, 10 s left',
    );
  });

  test('says what is waited for', () => {
    expect(describeProgress(held)).toBe(
      'greenpool: 450/1,000 (45%), 55/s, 3 failed, 10 running, 250 waiting (200 rate, 40 host, 10 backoff), 10 s left',
    );
  });

  test('leaves out what is not known', () => {
    const unknown = { ...snapshot, expected: undefined, perSecond: undefined, failed: 0 };

    expect(describeProgress(unknown)).toBe('greenpool: 450 finished, 10 running, 90 waiting');
  });
});
