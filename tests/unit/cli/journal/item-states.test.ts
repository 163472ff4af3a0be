import { describe, expect, test } from 'vitest';
import { ItemStates } from '../../../../src/cli/journal/item-states.ts';
import type { JournalRecord, Rerun } from '../../../../src/cli/journal/records.ts';

const id = (name: string): string => `="${name}"`;
const open: JournalRecord = { t: 'open', session: 1, time: 0, pid: 1, output: 0 };
const start = (n: number, name: string, again?: Rerun): JournalRecord => ({
  t: 'start',
  n,
  ms: 0,
  id: id(name),
  ...(again !== undefined && { again }),
});
const done = (n: number): JournalRecord => ({ t: 'done', n, ms: 0, from: 0, to: 0, sum: 0 });
const failed = (n: number): JournalRecord => ({
  t: 'failed',
  n,
  ms: 0,
  attempt: 1,
  error: { name: 'E', message: '' },
});
const skipped = (n: number): JournalRecord => ({ t: 'skipped', n, ms: 0, reason: '' });
const place = { session: 1, at: 40, size: 2, sum: 9 };
const held = (n: number): JournalRecord => ({ t: 'held', n, ms: 0, ...place });
const written: JournalRecord = { t: 'written', session: 1, at: 40, from: 0, to: 2, sum: 9 };

function statesAfter(...records: JournalRecord[]): ItemStates {
  const states = new ItemStates();
  for (const record of records) expect(states.apply(record)).toBe(true);
  states.interruptRunning();
  return states;
}

describe('ItemStates.take', () => {
  test('tells how each item ended', () => {
    const states = statesAfter(
      open,
      start(1, 'a'),
      start(2, 'b'),
      skipped(2),
      start(3, 'c'),
      failed(3),
      done(1),
    );

    expect(['a', 'b', 'c', 'd'].map((name, index) => states.take(id(name), index + 1)?.state)).toEqual([
      'done',
      'skipped',
      'failed',
      undefined,
    ]);
  });

  test('of equal items as many are done as were', () => {
    const states = statesAfter(open, start(1, 'a'), start(2, 'a'), done(2), start(3, 'a'), done(3));

    expect([11, 12, 13, 14].map((n) => states.take(id('a'), n)?.state)).toEqual([
      'done',
      'done',
      'interrupted',
      undefined,
    ]);
  });

  test('of equal items each keeps its number: the first is not taken for the second, which is done', () => {
    const states = statesAfter(open, start(1, 'a'), start(2, 'a'), done(2), start(3, 'a'), held(3));

    expect([1, 2, 3].map((n) => states.take(id('a'), n)?.state)).toEqual(['interrupted', 'done', 'held']);
  });

  test('of equal items that were interrupted each keeps its attempts', () => {
    const retry: JournalRecord = { t: 'retry', n: 1, ms: 0, attempt: 3, error: { name: 'E', message: '' } };
    const states = statesAfter(open, start(1, 'a'), start(2, 'a'), retry, open, start(2, 'a', 'interrupted'));

    expect(states.take(id('a'), 1)).toEqual({ state: 'interrupted', attempts: 3 });
    expect(states.take(id('a'), 2)).toEqual({ state: 'interrupted', attempts: 1 });
  });

  test('an interrupted item tells its attempts', () => {
    const retry: JournalRecord = { t: 'retry', n: 1, ms: 0, attempt: 3, error: { name: 'E', message: '' } };
    const states = statesAfter(open, start(1, 'a'), retry);

    expect(states.take(id('a'), 1)).toEqual({ state: 'interrupted', attempts: 3 });
  });

  test('a held result is told until it was written', () => {
    expect(statesAfter(open, start(2, 'a'), held(2)).take(id('a'), 2)).toEqual({
      state: 'held',
      as: 'done',
      result: place,
    });
    expect(statesAfter(open, start(2, 'a'), held(2), open, written).take(id('a'), 2)).toEqual({
      state: 'done',
    });
  });

  test('of equal items the written one comes before the held one', () => {
    const states = statesAfter(open, start(1, 'a'), start(2, 'a'), held(2), done(1));

    expect([11, 12].map((n) => states.take(id('a'), n)?.state)).toEqual(['done', 'held']);
  });

  test('an item that runs again is no longer what it was', () => {
    const states = statesAfter(
      open,
      start(1, 'a'),
      failed(1),
      start(2, 'b'),
      open,
      start(1, 'a', 'failed'),
      done(1),
    );
    states.apply(start(2, 'b', 'interrupted'));
    states.apply(done(2));

    expect(states.counts).toEqual({ done: 2, failed: 0, skipped: 0, held: 0, interrupted: 0 });
  });
});

describe('ItemStates.apply', () => {
  test.each([
    ['an end without a start', [open, done(1)]],
    ['two starts of one number', [open, start(1, 'a'), start(1, 'b')]],
    ['an end in another session', [open, start(1, 'a'), open, done(1)]],
    ['a result that was never held', [open, written]],
    ['a rerun of what did not fail', [open, start(1, 'a', 'failed')]],
    ['a rerun of what was not interrupted', [open, start(1, 'a', 'interrupted')]],
  ])('refuses %s', (_name, records) => {
    const states = new ItemStates();

    expect(records.map((record) => states.apply(record)).at(-1)).toBe(false);
  });
});
