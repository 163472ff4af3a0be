import { describe, expect, test } from 'vitest';
import type { ItemRow } from '../../../../src/cli/journal/item-history.ts';
import { readItems, surveyJournal } from '../../../../src/cli/journal/journal-survey.ts';
import { logPath } from '../../../../src/cli/journal/log-files.ts';
import type { JournalRecord } from '../../../../src/cli/journal/records.ts';
import {
  close,
  collect,
  craftedDisk,
  done,
  FOLDER,
  failed,
  held,
  livingProcesses,
  open,
  putHeld,
  putLock,
  readJournal,
  retry,
  skipped,
  start,
  written,
} from '../../../support/journal/crafted-log.ts';
import { rejection } from '../../../support/rejection.ts';

const NONE = { done: 0, failed: 0, skipped: 0, interrupted: 0, running: 0, held: 0 };

/** An item as a word: its number, its key and how it ended. */
const brief = ({ n, id, status }: ItemRow): string => `${n} ${JSON.parse(id.slice(1))} ${status}`;

async function briefs(...records: JournalRecord[]): Promise<string[]> {
  return (await readJournal(craftedDisk([records]))).rows.map(brief);
}

describe('readItems', () => {
  test('tells all of an item that is done, one that failed and one that was skipped', async () => {
    const { rows } = await readJournal(
      craftedDisk([
        [open(1, 1000), start(1, 'a', 5), start(2, 'b', 6), retry(1, 8, 2), skipped(2, 9), done(1, 30, 12)],
        [start(3, 'c', 31), failed(3, 40, 'no', 'E1'), close(41)],
      ]),
    );

    const nothing = { error: undefined, item: undefined, reason: undefined };
    expect(rows).toEqual([
      {
        n: 2,
        id: '="b"',
        status: 'skipped',
        attempts: 1,
        start: 1006,
        ms: 3,
        bytes: 0,
        ...nothing,
        reason: 'cached',
      },
      { n: 1, id: '="a"', status: 'done', attempts: 2, start: 1005, ms: 25, bytes: 12, ...nothing },
      {
        ...{ n: 3, id: '="c"', status: 'failed', attempts: 1, start: 1031, ms: 9, bytes: 0, ...nothing },
        error: { name: 'Error', code: 'E1', message: 'no' },
        item: '"item 3"',
      },
    ]);
  });

  test('one record can tell of start and end, also of what failed before', async () => {
    const range = { from: 0, to: 4, sum: 0 };
    const { rows, survey } = await readJournal(
      craftedDisk([
        [
          ...[open(1, 1000), start(1, 'a'), failed(1, 1), close(2), open(2, 2000)],
          { t: 'done', n: 1, ms: 9, ...range, id: '="a"', again: 'failed', began: 4 },
          { t: 'done', n: 2, ms: 9, ...range, from: 4, to: 8, id: '="b"' },
        ],
      ]),
    );

    expect(rows.map(brief)).toEqual(['1 a done', '2 b done']);
    expect(rows[0]).toMatchObject({ start: 2004, ms: 5, attempts: 1, bytes: 4 });
    expect(survey.counts).toMatchObject({ done: 2, failed: 0 });
  });

  test('a failure that ran again is told as it ended last', async () => {
    const first = [open(1, 0), start(1, 'a'), start(2, 'b'), failed(1, 1), failed(2, 2), close(3)];

    expect(await briefs(...first, open(2, 10), start(7, 'a', 1, 'failed'), done(7, 2), close(3))).toEqual([
      '2 b failed',
      '7 a done',
    ]);
    expect(await briefs(...first, open(2, 10), start(7, 'a', 1, 'failed'), failed(7, 2), close(3))).toEqual([
      '2 b failed',
      '7 a failed',
    ]);
  });

  test('of equal items that failed as many are left as did not run again', async () => {
    const both = [start(1, 'a'), start(2, 'a'), failed(1, 1), failed(2, 2)];

    const rows = await briefs(
      open(1, 0),
      ...both,
      close(3),
      open(2, 9),
      start(1, 'a', 0, 'failed'),
      done(1, 1),
    );

    expect(rows).toEqual(['2 a failed', '1 a done']);
  });

  test('a failure whose rerun was interrupted is told as interrupted', async () => {
    const rows = await briefs(
      open(1, 0),
      start(1, 'a'),
      failed(1, 1),
      open(2, 9),
      start(1, 'a', 0, 'failed'),
    );

    expect(rows).toEqual(['1 a interrupted']);
  });

  test('what was interrupted and runs again is told once, with the attempts before', async () => {
    const { rows } = await readJournal(
      craftedDisk([
        [open(1, 0), start(1, 'a'), retry(1, 5, 2), start(2, 'b', 6)],
        [open(2, 100), start(1, 'a', 3, 'interrupted', 2), done(1, 4), close(5)],
      ]),
    );

    expect(rows.map(brief)).toEqual(['1 a done', '2 b interrupted']);
    expect(rows[0]).toMatchObject({ attempts: 2, start: 103, ms: 1 });
    expect(rows[1]).toMatchObject({ attempts: 1, start: 6, ms: undefined, bytes: undefined });
  });

  test('a held-back result tells how its item ended', async () => {
    const disk = craftedDisk([
      [open(1, 0), start(1, 'a'), start(2, 'b'), start(3, 'c'), start(4, 'd')],
      [held(2, 1, 0), held(3, 2, 4, 'failed'), held(4, 3, 8, 'skipped')],
    ]);
    putHeld(disk, 3);

    const { rows, survey } = await readJournal(disk);

    expect(rows.map(brief)).toEqual(['2 b done', '3 c failed', '4 d skipped', '1 a interrupted']);
    expect(rows.map(({ bytes }) => bytes)).toEqual([4, 4, 4, undefined]);
    expect(survey.counts).toEqual({ ...NONE, done: 1, failed: 1, skipped: 1, interrupted: 1, held: 3 });
  });

  test('an item whose held-back result is lost counts as never begun, so its second run is the only one', async () => {
    const first = [open(1, 0), start(1, 'a'), start(2, 'b'), start(3, 'c'), held(2, 1, 0), held(3, 1, 4)];
    const disk = craftedDisk([
      [...first, done(1, 2), written(4)],
      [open(2, 9), start(2, 'b', 1), done(2, 2), close(3)],
    ]);

    const { rows, survey } = await readJournal(disk);

    expect(rows.map(brief)).toEqual(['3 c done', '1 a done', '2 b done']);
    expect(survey.counts).toEqual({ ...NONE, done: 3 });
    expect([...survey.lost]).toEqual(['1:0']);
  });

  test('tells nothing of what was written since the survey', async () => {
    const records = [open(1, 0), start(1, 'a'), start(2, 'b'), done(1, 1)];
    const survey = await surveyJournal(craftedDisk([records]), FOLDER, livingProcesses());
    const later = craftedDisk([
      [...records, done(2, 2)],
      [start(3, 'c', 2), done(3, 3)],
    ]);

    const rows = (await collect(readItems(later, FOLDER, survey))).flat();

    expect(rows.map(brief)).toEqual(['1 a done', '2 b interrupted']);
  });
});

describe('surveyJournal', () => {
  const first = [open(1, 1000, 7), start(1, 'a'), start(2, 'b'), done(1, 50)];

  test('counts items as they ended last, and tells of all sessions', async () => {
    const { survey } = await readJournal(
      craftedDisk([
        [...first, failed(2, 60), start(3, 'c', 70)],
        [open(2, 2000, 8), start(3, 'c', 1, 'interrupted'), skipped(3, 2), close(3, true)],
        [open(3, 3000, 9), start(2, 'b', 1, 'failed'), done(2, 2), close(5)],
      ]),
    );

    expect(survey.counts).toEqual({ ...NONE, done: 2, skipped: 1 });
    expect(survey).toMatchObject({ state: 'complete', pid: undefined, cut: undefined });
    expect(survey.sessions).toEqual([
      { session: 1, pid: 7, start: 1000, last: 1070, state: 'crashed' },
      { session: 2, pid: 8, start: 2000, last: 2003, state: 'stopped' },
      { session: 3, pid: 9, start: 3000, last: 3005, state: 'complete' },
    ]);
  });

  test.each([
    ['complete', [...first, done(2, 60), close(70)]],
    ['stopped', [...first, done(2, 60), close(70, true)]],
    // A session that ran only what had failed is at its end while others are still to run.
    ['stopped', [...first, open(2, 9000), close(1)]],
    ['crashed', first],
    ['crashed', []],
  ])('a journal that is %s', async (state, records) => {
    expect((await readJournal(craftedDisk([records]))).survey.state).toBe(state);
  });

  test('what a living process has begun is under way, and what it has half written no damage', async () => {
    const disk = craftedDisk([[...first, open(2, 2000, 8), start(1, 'c')]], '{"crc":12');
    putLock(disk, 8);

    const { survey, rows } = await readJournal(disk, livingProcesses(8));

    expect(survey).toMatchObject({ state: 'running', pid: 8, cut: undefined });
    expect(survey.sessions.map(({ state }) => state)).toEqual(['crashed', 'running']);
    expect(survey.counts).toEqual({ ...NONE, done: 1, interrupted: 1, running: 1 });
    expect(rows.map(brief)).toEqual(['1 a done', '2 b interrupted', '1 c running']);
  });

  test('what a process that has yet to begin its session finds was interrupted', async () => {
    const disk = craftedDisk([first]);
    putLock(disk, 8, '');

    const { survey } = await readJournal(disk, livingProcesses(8));

    expect(survey).toMatchObject({ state: 'running', pid: 8, counts: { interrupted: 1, running: 0 } });
    expect(survey.sessions.map(({ state }) => state)).toEqual(['crashed']);
  });

  test('a run that ends while it is looked at was running', async () => {
    const disk = craftedDisk([first]);
    putLock(disk, 7);
    let looks = 0;
    const processes = { ...livingProcesses(), isAlive: () => ++looks === 1 };

    const survey = await surveyJournal(disk, FOLDER, processes);

    expect(survey).toMatchObject({ state: 'running', pid: 7 });
  });

  test('the lock of a dead process is left alone', async () => {
    const disk = craftedDisk([first]);
    putLock(disk, 8);
    const calls = disk.calls;

    expect((await readJournal(disk)).survey.state).toBe('crashed');
    expect(disk.calls).toBe(calls);
    expect(await disk.list(FOLDER)).toContain('lock-8-b1.5-t');
  });

  test('what is behind a bad line does not count', async () => {
    const disk = craftedDisk([[...first, done(2, 60), start(3, 'c', 61), done(3, 62), close(70)]]);
    const path = logPath(FOLDER, 1);
    const text = disk.content(path).toString();
    const at = text.indexOf('{', text.indexOf('"n":2,"ms":60') - 40);
    disk.put(path, Buffer.from(text.replace('"n":2,"ms":60', '"n":2,"ms":61')));

    const { survey, rows } = await readJournal(disk);

    expect(rows.map(brief)).toEqual(['1 a done', '2 b interrupted']);
    expect(survey.state).toBe('crashed');
    expect(survey.cut).toEqual({ path, at, bytes: text.length - at, itemsLost: 1 });
  });

  test('a journal without its first log is refused', async () => {
    const disk = craftedDisk([first]);
    await disk.rename(logPath(FOLDER, 1), logPath(FOLDER, 2));

    expect(await rejection(readJournal(disk))).toMatchObject({
      exitCode: 4,
      message: `${logPath(FOLDER, 1)} is missing. Put it back, or begin a new journal`,
    });
  });

  test.each([
    ['an end without a start', [open(1, 0), done(1, 1)]],
    ['an attempt without a start', [open(1, 0), retry(1, 1, 2)]],
    ['an end in another session', [open(1, 0), start(1, 'a'), open(2, 9), done(1, 1)]],
    ['a rerun of what was not interrupted', [open(1, 0), start(1, 'a', 0, 'interrupted')]],
  ])('%s is a contradiction', async (_name, records) => {
    expect(await rejection(readJournal(craftedDisk([records])))).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^the journal contradicts itself: /),
    });
  });
});
