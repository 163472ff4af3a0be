import { getEventListeners } from 'node:events';
import { GreenPool, sleep } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const same = (n: number): number => n;
const reason = new Error('changed my mind');

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('a map of with({ signal }) whose signal aborts', () => {
  test('rejects a pending next() once, closes the source, then is done', async () => {
    const controller = new AbortController();
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const map = new GreenPool(2).with({ signal: controller.signal }).imap(gates.task, source);
    const pending = [watch(map.next()), watch(map.next())];
    await settle();

    controller.abort(reason);

    await settle();
    expect(pending.map(({ error, value }) => error ?? value)).toEqual([reason, end]);
    expect([await map.next(), source.closed]).toEqual([end, 1]);
  });

  test('kills the running items and withdraws the queued ones', async () => {
    const controller = new AbortController();
    const pool = new GreenPool(1);
    const map = pool
      .with({ signal: controller.signal })
      .imap(() => sleep(Number.POSITIVE_INFINITY), naturals());
    void watch(map.next());
    await settle();
    expect([pool.running(), pool.waiting()]).toEqual([1, 1]);

    controller.abort(reason);

    await settle();
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('between two next() calls rejects the next one, then is done', async () => {
    const controller = new AbortController();
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).with({ signal: controller.signal }).imap(same, source);
    await map.next();
    await settle();

    controller.abort(reason);

    await expect(map.next()).rejects.toBe(reason);
    await settle();
    expect([await map.next(), source.closed]).toEqual([end, 1]);
  });

  test('rejects alike whether or not the source has ended already', async () => {
    const controller = new AbortController();
    const pool = new GreenPool(2).with({ signal: controller.signal });
    const map = pool.imap(same, [1, 2, 3]);
    await map.next();
    await settle();

    controller.abort(reason);

    await expect(map.next()).rejects.toBe(reason);
    expect(await map.next()).toEqual(end);
  });

  test('before the first next() rejects that one and never opens the source', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).with({ signal: AbortSignal.abort(reason) }).imap(same, source);

    await expect(map.next()).rejects.toBe(reason);

    expect([await map.next(), source.opened]).toEqual([end, 0]);
  });

  test('leaves the pool and its other maps alone', async () => {
    const controller = new AbortController();
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    void watch(pool.with({ signal: controller.signal }).imap(gates.task, [1]).next());
    const other = watch(pool.imap(gates.task, [2]).next());
    await settle();

    controller.abort(reason);
    gates.open(2);

    await settle();
    expect(other.value).toEqual({ value: 2, done: false });
  });

  test('after the end changes nothing', async () => {
    const controller = new AbortController();
    const map = new GreenPool(2).with({ signal: controller.signal }).imap(same, [1]);
    await map.toArray();

    controller.abort(reason);

    expect(await map.next()).toEqual(end);
  });

  test('after return() changes nothing', async () => {
    const controller = new AbortController();
    const map = new GreenPool(2).with({ signal: controller.signal }).imap(same, naturals());
    await map.next();
    await map.return();

    controller.abort(reason);

    expect(await map.next()).toEqual(end);
  });
});

describe('the signal of a map', () => {
  test('has one listener while the map works, however many items there are', async () => {
    const { signal } = new AbortController();
    const gates = new Gates<number>();
    const pool = new GreenPool(5).with({ signal });

    void watch(pool.imap(gates.task, naturals()).next());
    void watch(pool.imap(gates.task, naturals()).next());

    await settle();
    expect(listeners(signal)).toBe(1);
  });

  test.each([
    ['the end', (n: number) => n],
    ['a failure', (n: number) => (n === 0 ? Promise.reject(reason) : n)],
  ] as const)('has none after %s', async (_, fn) => {
    const { signal } = new AbortController();

    await new GreenPool(2)
      .with({ signal })
      .imap(fn as (n: number) => unknown, naturals(5))
      .toArray()
      .catch(() => undefined);

    await settle();
    expect(listeners(signal)).toBe(0);
  });

  test('has none after return()', async () => {
    const { signal } = new AbortController();
    const map = new GreenPool(2).with({ signal }).imap(same, naturals());
    await map.next();

    await map.return();

    await settle();
    expect(listeners(signal)).toBe(0);
  });
});

describe('a map of with({ timeout })', () => {
  test('kills the item that takes too long: it rejects in its place with a Timeout, the others go on', async () => {
    const clock = new ManualClock();
    const pool = new GreenPool(2, { clock });
    const map = pool
      .with({ timeout: 100 })
      .imap((n: number) => (n === 1 ? new Promise<number>(() => {}) : n), naturals(3));
    const items = [watch(map.next()), watch(map.next()), watch(map.next())];

    await clock.advance(99);
    expect(items.map(({ state }) => state)).toEqual(['done', 'pending', 'pending']);

    await clock.advance(1);
    expect(items.map(({ value, error }) => value?.value ?? (error as { code?: string })?.code)).toEqual([
      0,
      'ERR_TIMEOUT',
      2,
    ]);
  });

  test('counts the time from the start of an item, not from its place in the line', async () => {
    const clock = new ManualClock();
    const uninstall = clock.install();
    const map = new GreenPool(1).with({ timeout: 100 }).imap(() => sleep(80), naturals(3));
    const results = watch(map.toArray());

    await clock.advance(240);

    uninstall();
    expect(results.value).toHaveLength(3);
  });
});
