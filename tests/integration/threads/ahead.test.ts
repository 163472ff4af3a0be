import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';
import { begun, counts, haveBegun, openAll, openFor } from '../pool-contract/stage.ts';
import { makeKnown, notes, outcomes, submit } from './ahead-calls.ts';
import { ahead, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

describe('calls that share a message', () => {
  test('stand in the line and count as waiting until they have their slot', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);

    const calls = submit(pool, [['wait', 1], ...notes(2, 9)]);
    await haveBegun(flags, 1);
    await settle();

    expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 8 });
    openAll(flags);
    expect(await Promise.all(calls)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
  });

  test('run in call order', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);

    await Promise.all(submit(pool, notes(1, 60)));

    expect(begun(flags)).toEqual(notes(1, 60).map(([, id]) => id));
  });

  test('each fails by itself', async () => {
    const pool = makePool(1);
    await makeKnown(pool, makeFlags());

    const calls = submit(pool, [...notes(1, 3), ['fail', 4], ...notes(5, 6), ['fail', 7]]);

    expect(await outcomes(calls)).toEqual([1, 2, 3, 'failed 4', 5, 6, 'failed 7']);
  });

  test.each([1, 2])('one that takes long does not hold up those behind it (as number %i)', async (place) => {
    const pool = makePool(2);
    const flags = makeFlags();
    await makeKnown(pool, flags);

    const before = notes(1, place - 1);
    const [...calls] = submit(pool, [...before, ['wait', 99], ...notes(place, 40)]);
    const [long] = calls.splice(place - 1, 1);

    expect(await Promise.all(calls)).toEqual(notes(1, 40).map(([, id]) => id));
    expect(counts(pool)).toEqual({ running: 1, free: 1, waiting: 0 });
    openAll(flags);
    expect(await long).toBe(99);
  });

  test('one in a busy loop does not hold up those behind it', async () => {
    const pool = makePool(2);
    const flags = makeFlags();
    await makeKnown(pool, flags);

    const [long, ...calls] = submit(pool, [['block', 99], ...notes(1, 40)]);

    expect(await Promise.all(calls)).toEqual(notes(1, 40).map(([, id]) => id));
    openFor(flags, 99);
    expect(await long).toBe(99);
  });

  test('a slot that comes back without its thread goes to one of them', async () => {
    const pool = makePool(2, { grace: 5 });
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const lost = pool.trySpawn(ahead.act, 'spin', 50);
    await haveBegun(flags, 1);
    const [long, ...calls] = submit(pool, [['wait', 99], ...notes(1, 9)]);
    await haveBegun(flags, 2);

    await lost?.kill();

    expect(await Promise.all(calls)).toEqual(notes(1, 9).map(([, id]) => id));
    openAll(flags);
    expect(await long).toBe(99);
  });

  test('a slot that was never used for a thread goes to one of them', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const [long, ...calls] = submit(pool, [['wait', 99], ...notes(1, 9)]);
    await haveBegun(flags, 1);
    const urgent = pool.with({ priority: 1 });

    const items = urgent.imap(null, [1, 2]).toArray();
    pool.resize(2);

    expect(await items).toEqual([[1], [2]]);
    expect(await Promise.all(calls)).toEqual(notes(1, 9).map(([, id]) => id));
    openAll(flags);
    expect(await long).toBe(99);
  });

  test('a resize lets as many of them start as there is room for', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const calls = submit(pool, [
      ['wait', 1],
      ['wait', 2],
      ['wait', 3],
      ['wait', 4],
    ]);
    await haveBegun(flags, 1);

    pool.resize(3);

    expect(counts(pool)).toEqual({ running: 3, free: 0, waiting: 1 });
    expect((await haveBegun(flags, 3)).sort()).toEqual([1, 2, 3]);
    openAll(flags);
    expect(await Promise.all(calls)).toEqual([1, 2, 3, 4]);
  });

  test('a pause keeps those from starting that have not', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const [first, ...calls] = submit(pool, [['wait', 1], ...notes(2, 9)]);
    await haveBegun(flags, 1);

    pool.pause();
    openAll(flags);
    expect(await first).toBe(1);
    await settle();

    expect(begun(flags)).toEqual([1]);
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 8 });
    pool.resume();
    expect(await Promise.all(calls)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('one of a higher priority that comes later has the next slot', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const calls = submit(pool, [
      ['wait', 1],
      ['wait', 2],
      ['wait', 3],
    ]);
    await haveBegun(flags, 1);

    const urgent = pool.with({ priority: 1 }).run(ahead.act, 'note', 9);
    openFor(flags, 1);
    // Its answer is here: what its thread has not gone on to meanwhile was taken back.
    expect(await calls[0]).toBe(1);
    openFor(flags, 2);
    expect(await urgent).toBe(9);

    openAll(flags);
    expect(await Promise.all(calls)).toEqual([1, 2, 3]);
    expect(begun(flags).indexOf(9)).toBeLessThan(begun(flags).indexOf(3));
  });

  test('an abort withdraws one that waits behind them', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const abort = new AbortController();
    const calls = submit(pool, [['wait', 1], ...notes(2, 5)]);
    const aborted = rejection(pool.with({ signal: abort.signal }).run(ahead.act, 'note', 6));
    await haveBegun(flags, 1);
    const reason = new Error('enough');

    abort.abort(reason);

    expect(await aborted).toBe(reason);
    expect(pool.waiting()).toBe(4);
    openAll(flags);
    expect(await Promise.all(calls)).toEqual([1, 2, 3, 4, 5]);
    expect(begun(flags)).not.toContain(6);
  });

  test('a kill of the pool keeps those from running that have not begun', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const calls = submit(pool, [['wait', 1], ...notes(2, 9)]);
    const all = outcomes(calls);
    await haveBegun(flags, 1);

    await pool.kill(Object.assign(new Error('all'), { code: 'E_ALL' }));

    expect(await all).toEqual(Array.from({ length: 9 }, () => 'E_ALL'));
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    expect(await pool.run(ahead.act, 'note', 10)).toBe(10);
    expect(begun(flags)).toEqual([1, 10]);
  });

  test('cancel() is true only for one that then never runs', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const spawned = notes(1, 60).map(async ([deed, id]) => {
      const thread = await pool.spawn(ahead.act, deed, id);
      const isCancelled = thread.cancel();
      return { id, isCancelled, result: isCancelled ? id : await thread.wait() };
    });

    const threads = await Promise.all(spawned);
    await pool.waitall();

    const cancelled = threads.filter(({ isCancelled }) => isCancelled).map(({ id }) => id);
    const ran = threads.filter(({ isCancelled }) => !isCancelled).map(({ id }) => id);
    expect(threads.map(({ result }) => result)).toEqual(notes(1, 60).map(([, id]) => id));
    expect(begun(flags)).toEqual(ran);
    expect(cancelled.length + ran.length).toBe(60);
  });

  test('close() waits for all of them', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const calls = submit(pool, [['wait', 1], ...notes(2, 9)]);
    const closed = pool.close();
    const seen = watch(closed);
    await haveBegun(flags, 1);
    await settle();

    expect(seen.state).toBe('pending');
    openAll(flags);
    await closed;

    expect(await Promise.all(calls)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a call with an object among its arguments goes by itself', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await pool.run(tasks.echo, 1);
    const value = { n: 1 };

    const [one, other] = await Promise.all([pool.run(tasks.echo, value), pool.run(tasks.echo, value)]);
    await Promise.all(notes(1, 3).map(([, id]) => pool.run(tasks.note, flags, id)));

    expect([one, other]).toEqual([value, value]);
    expect(one).not.toBe(other);
  });
});

describe('a thread that is lost with calls in it', () => {
  test.each([0, 1, 5, 9])('fails the guilty call alone (number %i exits)', async (place) => {
    const pool = makePool(1);
    await makeKnown(pool, makeFlags());
    const acts = notes(1, 10);
    acts[place] = ['exit', place + 1];

    const results = await outcomes(submit(pool, acts));

    const expected: unknown[] = notes(1, 10).map(([, id]) => id);
    expected[place] = 'ERR_WORKER_LOST';
    expect(results).toEqual(expected);
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
  });

  test('leaves none to be cancelled that has run in it', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const first = pool.run(ahead.act, 'note', 1);
    const second = pool.spawn(ahead.act, 'note', 2);
    const guilty = rejection(pool.run(ahead.act, 'exit', 3));

    const thread = await second;
    const isCancelled = thread.cancel();

    expect(isCancelled).toBe(false);
    expect(await thread.wait()).toBe(2);
    expect(await first).toBe(1);
    expect(await guilty).toMatchObject({ code: 'ERR_WORKER_LOST' });
  });

  test('fails each guilty one of several', async () => {
    const pool = makePool(2);
    await makeKnown(pool, makeFlags());

    const results = await outcomes(
      submit(pool, [
        ['note', 1],
        ['exit', 2],
        ['note', 3],
        ['exit', 4],
        ['exit', 5],
        ['fail', 6],
        ['note', 7],
      ]),
    );

    const lost = 'ERR_WORKER_LOST';
    expect(results).toEqual([1, lost, 3, lost, lost, 'failed 6', 7]);
  });

  test('by a kill of a busy loop gives the others their results', async () => {
    const pool = makePool(1, { grace: 5 });
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const guilty = pool.trySpawn(ahead.act, 'spin', 1);
    const calls = submit(pool, notes(2, 20));
    await haveBegun(flags, 1);
    const reason = new Error('enough');

    await guilty?.kill(reason);

    expect(guilty?.state).toBe('killed');
    expect(await Promise.all(calls)).toEqual(notes(2, 20).map(([, id]) => id));
    expect(begun(flags).sort((a, b) => a - b)).toEqual([1, ...notes(2, 20).map(([, id]) => id)]);
  });

  test('by a kill of the pool while a call sent ahead is in a busy loop comes back', async () => {
    const pool = makePool(1, { grace: 5 });
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const all = outcomes(submit(pool, [['note', 1], ['spin', 2], ...notes(3, 9)]));
    await haveBegun(flags, 2);

    await pool.kill(Object.assign(new Error('all'), { code: 'E_ALL' }));

    expect((await all).slice(1)).toEqual(Array.from({ length: 8 }, () => 'E_ALL'));
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    expect(await pool.run(ahead.act, 'note', 10)).toBe(10);
    expect(begun(flags)).toEqual([1, 2, 10]);
  });

  test('with retry gives the guilty one another attempt', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await makeKnown(pool, flags);
    const calls = submit(pool, notes(1, 5));
    const again = pool.with({ retry: { attempts: 3, base: 0 } }).run(ahead.act, 'exit', 6);
    const others = submit(pool, notes(7, 9));

    expect(await rejection(again)).toMatchObject({ code: 'ERR_WORKER_LOST' });

    expect(begun(flags).filter((id) => id === 6)).toHaveLength(3);
    expect(await Promise.all([...calls, ...others])).toEqual([1, 2, 3, 4, 5, 7, 8, 9]);
  });
});
