import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../../src/cli/journal/records.ts';
import { csvReport } from '../../../../src/cli/report/csv-report.ts';
import { joblogReport } from '../../../../src/cli/report/joblog-report.ts';
import { jsonReport } from '../../../../src/cli/report/json-report.ts';
import { done, failed, open, skipped, start } from '../../../support/journal/crafted-log.ts';
import { BEGUN, reportOf } from '../../../support/journal/crafted-report.ts';

const MESSAGE = 'said "no",\nthen: é\ttoo';
const hashed: JournalRecord = { t: 'start', n: 4, ms: 60, id: 'ao0-uRnVL7KzWKQ4oN_WnT' };
const records = [
  ...[open(1, BEGUN), start(1, 'a', 10), start(2, 'b,"c"', 20), start(3, 'd', 30)],
  ...[done(1, 40, 12), failed(2, 50, MESSAGE, 'E1'), skipped(3, 55), hashed],
];
const exec = {
  meta: { spec: { verb: 'exec', module: 'gzip {}', hash: '', export: '', options: {} } },
} as const;

describe('jsonReport', () => {
  test('is one document with a line for each item', async () => {
    const text = await reportOf(jsonReport, records);

    expect(JSON.parse(text)).toEqual({
      journal: 'run.gpj',
      state: 'crashed',
      counts: { done: 1, failed: 1, skipped: 1, interrupted: 1, running: 0, held: 0 },
      sessions: [
        {
          ...{ session: 1, pid: 7, state: 'crashed' },
          ...{ start: '2026-01-31T08:05:00.250Z', last: '2026-01-31T08:05:00.310Z' },
        },
      ],
      items: [
        expect.objectContaining({ n: 1, identity: 'a', status: 'done', attempts: 1, ms: 30, bytes: 12 }),
        expect.objectContaining({
          ...{ n: 2, identity: 'b,"c"', status: 'failed', item: '"item 2"' },
          error: { name: 'Error', code: 'E1', message: MESSAGE },
        }),
        expect.objectContaining({ n: 3, identity: 'd', status: 'skipped', reason: 'cached' }),
        {
          ...{ n: 4, identity: 'ao0-uRnVL7KzWKQ4oN_WnT', status: 'interrupted', attempts: 1 },
          ...{ start: '2026-01-31T08:05:00.310Z', ms: null, bytes: null },
        },
      ],
    });
    expect(text.trimEnd().split('\n')).toHaveLength(6);
  });

  test('tells which process writes the journal', async () => {
    const { state, pid, items } = JSON.parse(await reportOf(jsonReport, records, { live: 7 }));

    expect([state, pid, items.at(-1).status]).toEqual(['running', 7, 'running']);
  });

  test('without items is a document too', async () => {
    expect(JSON.parse(await reportOf(jsonReport, [])).items).toEqual([]);
  });
});

describe('csvReport', () => {
  test('has a row with all columns for each item', async () => {
    const rows = parse(await reportOf(csvReport, records), { columns: true });

    const begun = '2026-01-31T08:05:00.260Z';
    expect(rows[0]).toEqual({
      ...{ n: '1', identity: 'a', status: 'done', attempts: '1', start: begun, ms: '30', bytes: '12' },
      ...{ error_name: '', error_code: '', error_message: '', item: '', reason: '' },
    });
    expect(rows[1]).toMatchObject({
      ...{ identity: 'b,"c"', status: 'failed', error_name: 'Error', error_code: 'E1' },
      ...{ error_message: MESSAGE, item: '"item 2"' },
    });
    expect(rows[2]).toMatchObject({ status: 'skipped', reason: 'cached' });
    expect(rows[3]).toMatchObject({ status: 'interrupted', ms: '', bytes: '' });
    expect(rows).toHaveLength(4);
  });
});

describe('joblogReport', () => {
  const linesOf = async (...args: Parameters<typeof reportOf>): Promise<string[]> =>
    (await reportOf(...args)).trimEnd().split('\n');

  test('has the columns of GNU parallel for what has ended', async () => {
    const time = String(BEGUN).slice(0, -3);

    expect(await linesOf(joblogReport, records)).toEqual([
      'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand',
      `1\t:\t${time}.260\t     0.030\t0\t12\t0\t0\tcheck.ts ::: a`,
      `2\t:\t${time}.270\t     0.030\t0\t0\t1\t0\tcheck.ts ::: b,"c"`,
      `3\t:\t${time}.280\t     0.025\t0\t0\t0\t0\tcheck.ts ::: d`,
    ]);
  });

  test.each([
    ['3', 3, 0],
    ['137 (SIGKILL)', 0, 9],
    // No signal has this number.
    ['255', 255, 0],
  ])('a command that ended with status %s', async (status, exit, signal) => {
    const end: JournalRecord = {
      ...{ t: 'failed', n: 4, ms: 70, attempt: 1, item: 'a\tb\nc' },
      error: { name: 'ExitError', code: 'ERR_EXIT', message: `the command ended with status ${status}` },
    };

    const [, line = ''] = await linesOf(joblogReport, [open(1, BEGUN), hashed, end], exec);

    expect(line.split('\t').slice(6)).toEqual([String(exit), String(signal), 'gzip {} ::: a b c']);
  });
});
