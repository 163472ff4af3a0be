import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';
import { counts, haveBegun, openAll } from '../pool-contract/stage.ts';
import { places, reaches, streams, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const upTo = (end: number): number[] => Array.from({ length: end }, (_, n) => n);

describe('ThreadPool.stream', () => {
  test.each([
    ['an async generator', streams.count],
    ['a generator', streams.countNow],
  ])('gives the items of %s in order', async (_what, fn) => {
    const pool = makePool(1);
    const flags = makeFlags();

    expect(await collect(pool.stream(fn, flags, 500))).toEqual(upTo(500));

    expect([flags[places.begun], flags[places.cleaned]]).toEqual([500, 1]);
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
  });

  test('gives the items of whatever else can be iterated, now or later', async () => {
    const pool = makePool(1);

    expect(await collect(pool.stream(streams.list))).toEqual([1, 2, 3]);
    expect(await collect(pool.stream(streams.later as never))).toEqual([4, 5]);
  });

  test('of a task that gives nothing of the kind is a TypeError that names it', async () => {
    const error = await rejection(makePool(1).stream(streams.number).next());

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining('number returned 42') });
  });

  test('begins with the first next(), and has a slot until it has ended', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    const stream = pool.stream(streams.oneThenWait, flags);
    await settle();
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });

    expect(await stream.next()).toEqual({ value: 1, done: false });
    const other = pool.run(tasks.add, 1, 2);
    await haveBegun(flags, 1);

    expect(counts(pool)).toEqual({ running: 1, free: 0, waiting: 1 });
    openAll(flags);
    expect(await stream.next()).toEqual({ value: 2, done: false });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(await other).toBe(3);
  });

  test('gives an item while the generator is at work on the next one', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    const stream = pool.stream(streams.oneThenWait, flags);

    expect(await stream.next()).toEqual({ value: 1, done: false });
    openAll(flags);

    expect(await collect(stream)).toEqual([2]);
  });

  test('waits for its slot', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    const first = pool.run(tasks.stage, flags, 1);
    const step = pool.stream(streams.count, makeFlags(), 1).next();
    const seen = watch(step);
    await haveBegun(flags, 1);

    expect([seen.state, pool.waiting()]).toEqual(['pending', 1]);
    openAll(flags);
    expect(await first).toBe(1);
    expect(await step).toEqual({ value: 0, done: false });
  });

  test('calls of next() that overlap each get an item of their own', async () => {
    const stream = makePool(1).stream(streams.count, makeFlags(), 3);

    const steps = await Promise.all([1, 2, 3, 4].map(() => stream.next()));

    expect(steps.map(({ value }) => value)).toEqual([0, 1, 2, undefined]);
  });

  test('feeds a map of the same pool', async () => {
    const pool = makePool(2);

    const doubled = pool.imap(tasks.double, pool.stream(streams.count, makeFlags(), 20));

    expect(await doubled.toArray()).toEqual(upTo(20).map((n) => n * 2));
  });

  test('in a closed pool is refused', async () => {
    const pool = makePool(1);
    const stream = pool.stream(streams.count, makeFlags(), 3);
    await pool.close();

    expect(await rejection(stream.next())).toMatchObject({ code: 'ERR_POOL_CLOSED' });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });
});

describe('the read-ahead of a stream', () => {
  test.each([1, 2, 5, undefined])('bounds how far the generator is ahead (%j)', async (readAhead) => {
    const pool = makePool(1);
    const flags = makeFlags();
    const bound = readAhead ?? 16;
    const view = readAhead === undefined ? pool : pool.with({ readAhead });
    const stream = view.stream(streams.count, flags, 1_000);

    for (let taken = 1; taken <= 60; taken += 1) {
      expect(await stream.next()).toEqual({ value: taken - 1, done: false });
      await settle();
      expect(flags[places.begun]).toBeLessThanOrEqual(taken + bound);
    }
    // It stands there, and goes no further.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(flags[places.begun]).toBeLessThanOrEqual(60 + bound);
    await stream.return();
  });

  test('is used: the generator goes ahead of the consumer', async () => {
    const flags = makeFlags();
    const stream = makePool(1).with({ readAhead: 5 }).stream(streams.count, flags, 1_000);

    await stream.next();
    await reaches(flags, places.begun, 5);

    await stream.return();
  });
});

describe('a stream that is left early', () => {
  test.each([
    ['an async generator', streams.count],
    ['a generator', streams.countNow],
  ])('runs the `finally` of %s, and its slot is back behind the loop', async (_what, fn) => {
    const pool = makePool(1);
    const flags = makeFlags();

    for await (const n of pool.stream(fn, flags, 1_000_000)) if (n === 20) break;

    expect(flags[places.cleaned]).toBe(1);
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('before its first next() never begins', async () => {
    const flags = makeFlags();
    const stream = makePool(1).stream(streams.count, flags, 3);

    expect(await stream.return()).toEqual({ value: undefined, done: true });

    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(flags[places.begun]).toBe(0);
  });

  test('while it waits for its slot never begins', async () => {
    const pool = makePool(1);
    const [flags, own] = [makeFlags(), makeFlags()];
    const first = pool.run(tasks.stage, flags, 1);
    const stream = pool.stream(streams.count, own, 3);
    const pending = stream.next();

    await stream.return();

    expect(pool.waiting()).toBe(0);
    expect(await pending).toEqual({ value: undefined, done: true });
    openAll(flags);
    expect(await first).toBe(1);
    await pool.waitall();
    expect(own[places.begun]).toBe(0);
  });

  test('with `await using` is as with return()', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    const stream = pool.stream(streams.count, flags, 1_000_000);
    await stream.next();

    await stream[Symbol.asyncDispose]();

    expect([flags[places.cleaned], pool.running()]).toEqual([1, 0]);
  });
});

describe('a stream that fails', () => {
  test('does so behind its items, then it is done, and nobody else is told', async () => {
    const { errors, onError } = reports();
    const pool = makePool(1, { onError });
    const stream = pool.stream(streams.failAfter, 2);

    expect(await stream.next()).toEqual({ value: 0, done: false });
    expect(await stream.next()).toEqual({ value: 1, done: false });
    const error = await rejection(stream.next());

    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'no more' });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect([counts(pool).running, errors]).toEqual([0, []]);
  });

  test('is not tried again, since items have been taken', async () => {
    const view = makePool(1).with({ retry: { attempts: 3, base: 0 } });

    const stream = view.stream(streams.failAfter, 1);

    expect(await stream.next()).toEqual({ value: 0, done: false });
    expect(await rejection(stream.next())).toMatchObject({ message: 'no more' });
  });

  test('with an item that cannot be copied names the task, behind the items before, and ends it', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    const stream = pool.stream(streams.uncopyable, flags);

    expect(await stream.next()).toEqual({ value: 1, done: false });
    expect(await stream.next()).toEqual({ value: 2, done: false });
    const error = await rejection(stream.next());

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining('uncopyable') });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(flags[places.cleaned]).toBe(1);
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('with its thread is lost', async () => {
    const pool = makePool(1);
    const stream = pool.stream(streams.exit);

    expect(await stream.next()).toEqual({ value: 1, done: false });
    expect(await rejection(stream.next())).toMatchObject({ code: 'ERR_WORKER_LOST', exitCode: 4 });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('with arguments that cannot be copied names the task', async () => {
    const pool = makePool(1);

    const error = await rejection(pool.stream(streams.failAfter, (() => 1) as never).next());

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: expect.stringContaining('failAfter') });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });
});

describe('a stream that is killed', () => {
  test('rejects with the reason, runs its `finally` and gives its slot back', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const stream = pool.stream(streams.oneThenWait, flags);
    await stream.next();
    await haveBegun(flags, 1);
    const pending = rejection(stream.next());
    const reason = new Error('enough');

    await pool.kill(reason);

    expect(await pending).toBe(reason);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect([flags[places.cleaned], pool.running()]).toEqual([1, 0]);
  });

  test('while it stands at its read-ahead runs its `finally`, too', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const stream = pool.with({ readAhead: 2 }).stream(streams.count, flags, 1_000);
    await stream.next();
    await settle();

    await pool.kill();

    expect([flags[places.cleaned], pool.running()]).toEqual([1, 0]);
    expect(await rejection(collect(stream))).toMatchObject({ code: 'ERR_KILLED' });
  });

  test('in a busy loop ends with its thread', async () => {
    const pool = makePool(1, { grace: 5 });
    const stream = pool.stream(streams.oneThenSpin);
    await stream.next();
    const pending = rejection(stream.next());

    await pool.kill();

    expect(await pending).toMatchObject({ code: 'ERR_KILLED' });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('by a timeout rejects with it', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const stream = pool.with({ timeout: 300 }).stream(streams.oneThenWait, flags);

    expect(await rejection(collect(stream))).toMatchObject({ code: 'ERR_TIMEOUT' });
    await pool.waitall();
    expect(pool.running()).toBe(0);
  });

  test('by a signal rejects with its reason', async () => {
    const pool = makePool(1, { grace: 60_000 });
    const flags = makeFlags();
    const abort = new AbortController();
    const stream = pool.with({ signal: abort.signal }).stream(streams.oneThenWait, flags);
    await stream.next();
    await haveBegun(flags, 1);
    const pending = rejection(stream.next());
    const reason = new Error('enough');

    abort.abort(reason);

    expect(await pending).toBe(reason);
    await pool.waitall();
    expect(flags[places.cleaned]).toBe(1);
  });
});
