import { GreenPool } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const closed = { code: 'ERR_POOL_CLOSED' };
const same = (n: number): number => n;

describe('GreenPool.close with an open map', () => {
  test('yields what was admitted, then ERR_POOL_CLOSED once, then done', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const map = pool.with({ readAhead: 2 }).imap(gates.task, naturals());
    const first = watch(map.next());
    await settle();

    const closing = watch(pool.close());
    gates.open(0, 1);

    await settle();
    expect(first.value).toEqual({ value: 0, done: false });
    expect(await map.next()).toEqual({ value: 1, done: false });
    await expect(map.next()).rejects.toMatchObject(closed);
    expect([await map.next(), await map.next()]).toEqual([end, end]);
    expect([closing.state, gates.started]).toEqual(['done', [0, 1]]);
  });

  test('lets items that queue already go on', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const map = pool.with({ readAhead: 3 }).imap(gates.task, naturals());
    const items = [watch(map.next()), watch(map.next()), watch(map.next()), watch(map.next())];
    await settle();
    expect(pool.waiting()).toBe(2);

    void pool.close();
    gates.open(0, 1, 2);

    await settle();
    expect(items.map(({ value, error }) => value?.value ?? error)).toMatchObject([0, 1, 2, closed]);
  });

  test('closes the source, without asking it for more', async () => {
    const gates = new Gates<number>();
    const source = new CountedSource(naturals());
    const pool = new GreenPool(1);
    const map = pool.with({ readAhead: 1 }).imap(gates.task, source);
    const results = watch(map.toArray());
    await settle();

    void pool.close();
    gates.open(0);

    await settle();
    expect([results.error, source.pulled, source.closed]).toMatchObject([closed, 1, 1]);
  });

  test('gives ERR_POOL_CLOSED once to many pending next(), and done to the others', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const map = pool.with({ readAhead: 1 }).imap(gates.task, naturals());
    const items = [watch(map.next()), watch(map.next()), watch(map.next())];
    await settle();

    void pool.close();
    gates.open(0);

    await settle();
    expect(items.map(({ value, error }) => value ?? error)).toMatchObject([{ value: 0 }, closed, end]);
  });

  test('that has read its source to the end changes nothing', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const results = watch(pool.imap(gates.task, [1, 2]).toArray());
    await settle();

    void pool.close();
    gates.open(1, 2);

    await settle();
    expect(results.value).toEqual([1, 2]);
  });

  test('refuses the item that the source gives afterwards', async () => {
    const answer = deferred<IteratorResult<number>>();
    const calls: number[] = [];
    const pool = new GreenPool(1);
    const source = { [Symbol.asyncIterator]: () => ({ next: () => answer.promise }) };
    const map = pool.imap((n: number) => calls.push(n), source);
    const pending = watch(map.next());
    await settle();

    await pool.close();
    answer.resolve({ value: 1, done: false });

    await settle();
    expect([calls, pending.error]).toMatchObject([[], closed]);
    expect(await map.next()).toEqual(end);
  });

  test('does not leave next() waiting for a source that never answers', async () => {
    const pool = new GreenPool(1);
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
    };
    const pending = watch(pool.imap(same, source).next());
    await settle();

    await pool.close();

    await settle();
    expect(pending.error).toMatchObject(closed);
  });

  test('resolves although a consumer has stopped asking', async () => {
    const pool = new GreenPool(2);
    const map = pool.imap(same, naturals());
    await map.next();

    const closing = watch(pool.close());

    await settle();
    expect(closing.state).toBe('done');
  });
});

describe('a map of a closed pool', () => {
  test('rejects the first next() with ERR_POOL_CLOSED and never opens its source, then is done', async () => {
    const pool = new GreenPool(1);
    const source = new CountedSource(naturals());
    await pool.close();
    const map = pool.imap(same, source);

    await expect(map.next()).rejects.toMatchObject(closed);

    expect([await map.next(), source.opened]).toEqual([end, 0]);
  });

  test('that was made before the close is the same', async () => {
    const pool = new GreenPool(1);
    const map = pool.imap(same, [1]);
    await pool.close();

    await expect(map.toArray()).rejects.toMatchObject(closed);

    expect(await map.next()).toEqual(end);
  });
});
