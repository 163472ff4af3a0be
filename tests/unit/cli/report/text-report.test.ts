import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../../src/cli/journal/records.ts';
import { formatMoment } from '../../../../src/cli/report/overview.ts';
import { textReport } from '../../../../src/cli/report/text-report.ts';
import { close, done, failed, open, skipped, start } from '../../../support/journal/crafted-log.ts';
import { BEGUN, reportOf } from '../../../support/journal/crafted-report.ts';

const lines = async (...args: Parameters<typeof reportOf>): Promise<string[]> =>
  (await reportOf(...args)).split('\n');

describe('textReport', () => {
  test('tells state, times, counts, speed, failures and what took longest', async () => {
    const records = [
      ...[open(1, BEGUN), start(1, 'a'), start(2, 'b'), start(3, 'c')],
      ...[failed(1, 500, 'took 5 ms', 'E1'), failed(2, 1000, 'took 7 ms', 'E1')],
      ...[open(2, BEGUN + 9000), start(3, 'c', 0, 'interrupted', 2), done(3, 2000), start(4, 'd', 2000)],
      ...[skipped(4, 2001), close(3000)],
    ];

    expect(await lines(textReport, records)).toEqual([
      'run.gpj: complete',
      "  command      greenpool check.ts -a 'my urls.txt' -J run.gpj",
      '  in           /work',
      `  begun        ${formatMoment(BEGUN)}`,
      `  last active  ${formatMoment(BEGUN + 12_000)}`,
      '  sessions     2, 1 ended by a crash',
      '  items        1 done, 2 failed, 1 skipped',
      '  speed        4 ended in 4 s, 1/s',
      '',
      '2 failed:',
      '  count  error                  first at',
      '      2  Error [E1]: took 5 ms  item 1: a',
      '',
      'slowest:',
      '     2 s  item 3: c, done in attempt 2',
      '     1 s  item 2: b, failed',
      '  500 ms  item 1: a, failed',
      '    1 ms  item 4: d, skipped',
      '',
    ]);
  });

  test('a failure is grouped and worded as in the table of the run itself', async () => {
    const exit = (n: number, status: number): JournalRecord[] => [
      start(n, `k${n}`),
      {
        ...{ t: 'failed', n, ms: 1, attempt: 1 },
        error: { name: 'ExitError', code: 'ERR_EXIT', message: `the command ended with status ${status}` },
      },
    ];

    const text = await reportOf(textReport, [open(1, BEGUN), ...exit(1, 2), ...exit(2, 3), ...exit(3, 3)]);

    expect(text).toMatch(
      /\n {6}2 {2}the command ended with status 3 +item 2: k2\n {6}1 {2}the command ended with/,
    );
  });

  test('shows the five slowest, the first of equal ones', async () => {
    const times = [3, 9, 9, 1, 7, 8, 2, 9];
    const items = times.flatMap((ms, index) => [start(index, `k${index}`), done(index, ms)]);

    const text = await lines(textReport, [open(1, BEGUN), ...items]);

    const shown = text.slice(text.indexOf('slowest:') + 1, -1);
    expect(shown.map((line) => /item (\d)/.exec(line)?.[1])).toEqual(['1', '2', '7', '5', '4']);
  });

  test('an item without a key is shown by its beginning, without what would reach the terminal', async () => {
    const item = `\x1b[2J${'x'.repeat(60)}`;
    const text = await reportOf(textReport, [
      ...[open(1, BEGUN), { t: 'start', n: 5, ms: 0, id: 'ao0-uRnVL7KzWKQ4oN_WnT' } as const],
      { t: 'failed', n: 5, ms: 1, attempt: 1, item, error: { name: 'Error', message: 'no' } },
    ]);

    expect(text).toContain(`item 5:  [2J${'x'.repeat(36)}...`);
    expect(text).not.toContain('\x1b');
  });

  test('of a journal without items there is little to say', async () => {
    const text = await lines(textReport, []);

    expect(text[0]).toBe('run.gpj: ended by a crash');
    expect(text.at(-2)).toBe('  speed        0 ended in 0 ms');
  });

  test('a command of a thousand items is cut short', async () => {
    const args = ['check.ts', ':::', ...Array.from({ length: 1000 }, (_, index) => `item${index}`)];

    const [, command = ''] = await lines(textReport, [], { meta: { args } });

    expect(command).toMatch(/^ {2}command +greenpool check.ts ::: item0 .*\.\.\.$/);
    expect(command.length).toBeLessThan(1100);
  });
});
