import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';

const end = { value: undefined, done: true };
const failure = new Error('failed');
const failsForOne = (n: number): number => {
  if (n === 1) throw failure;
  return n;
};

const fulfilled = (value: number) => ({ status: 'fulfilled', value });
const rejected = { status: 'rejected', reason: failure };

describe('GreenMap.settled', () => {
  test('yields every outcome and rejects for none', async () => {
    const map = new GreenPool(2).imap(failsForOne, naturals(3)).settled();

    expect([await map.next(), await map.next(), await map.next(), await map.next()]).toEqual([
      { value: fulfilled(0), done: false },
      { value: rejected, done: false },
      { value: fulfilled(2), done: false },
      end,
    ]);
  });

  test('goes on in a for await loop and in toArray()', async () => {
    const pool = new GreenPool(2);
    const outcomes: unknown[] = [];

    for await (const outcome of pool.imap(failsForOne, naturals(3)).settled()) outcomes.push(outcome);

    expect(outcomes).toEqual([fulfilled(0), rejected, fulfilled(2)]);
    expect(await pool.imap(failsForOne, naturals(3)).settled().toArray()).toEqual(outcomes);
  });

  test('is a second view of the same map: each item goes out once', async () => {
    const map = new GreenPool(2).imap(failsForOne, naturals(4));

    expect([await map.next(), await map.settled().next(), await map.next()]).toEqual([
      { value: 0, done: false },
      { value: rejected, done: false },
      { value: 2, done: false },
    ]);
  });

  test('works in completion order', async () => {
    const outcomes = await new GreenPool(1).imapUnordered(failsForOne, naturals(3)).settled().toArray();

    expect(outcomes).toEqual([fulfilled(0), rejected, fulfilled(2)]);
  });

  test('break closes the map', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(failsForOne, source);

    for await (const { status } of map.settled()) if (status === 'rejected') break;

    expect([source.closed, await map.next()]).toEqual([1, end]);
  });

  test('yields the Timeout of an item that took too long, and goes on', async () => {
    const pool = new GreenPool(2).with({ timeout: 0 });
    const map = pool.imap((n: number) => (n === 0 ? new Promise<number>(() => {}) : n), [0, 1]).settled();

    const [first, second] = await map.toArray();

    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'ERR_TIMEOUT' } });
    expect(second).toEqual(fulfilled(1));
  });
});

describe('GreenMap.toArray', () => {
  test('collects what is left', async () => {
    const map = new GreenPool(2).imap((n: number) => n, naturals(4));
    await map.next();

    expect(await map.toArray()).toEqual([1, 2, 3]);
    expect(await map.toArray()).toEqual([]);
  });

  test('rejects with the first failure and closes the map', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(failsForOne, source);

    await expect(map.toArray()).rejects.toBe(failure);

    await settle();
    expect([source.closed, await map.next()]).toEqual([1, end]);
  });
});
