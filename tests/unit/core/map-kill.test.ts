import { GreenletExit, GreenPool, sleep } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };
const same = (n: number): number => n;
const reason = new Error('shutting down');

describe('GreenPool.kill with an open map', () => {
  test('rejects a pending next() once, closes the source, then the map is done', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const map = pool.imap(gates.task, source);
    const pending = watch(map.next());
    await settle();

    void pool.kill(reason);

    await settle();
    expect([pending.error, source.closed]).toEqual([reason, 1]);
    expect([await map.next(), await map.next()]).toEqual([end, end]);
  });

  test('rejects one of several pending next(), the others are done', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const map = pool.imap(gates.task, naturals());
    const pending = [watch(map.next()), watch(map.next()), watch(map.next())];
    await settle();

    void pool.kill(reason);

    await settle();
    expect(pending.map(({ error, value }) => error ?? value)).toEqual([reason, end, end]);
  });

  test('rejects with GreenletExit when no reason is given', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const pending = watch(pool.imap(gates.task, naturals()).next());
    await settle();

    void pool.kill();

    await settle();
    expect(pending.error).toBeInstanceOf(GreenletExit);
  });

  test('kills its running items and drops its queued ones', async () => {
    const pool = new GreenPool(2);
    const gates = new Gates<number>();
    void watch(
      pool
        .imap((n: number) => (n === 0 ? sleep(Number.POSITIVE_INFINITY) : gates.task(n)), naturals())
        .next(),
    );
    await settle();

    const killed = watch(pool.kill(reason));
    await settle();
    expect([killed.state, pool.running(), pool.waiting()]).toEqual(['pending', 1, 0]);

    gates.open(1, 2, 3);
    await settle();
    expect([killed.state, pool.running(), gates.started]).toEqual(['done', 0, [1]]);
  });

  test('between two next() calls, while items run: the next one rejects, then the map is done', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const map = pool.imap(gates.task, source);
    gates.open(0);
    await map.next();
    await settle();

    void pool.kill(reason);

    await expect(map.next()).rejects.toBe(reason);
    expect([await map.next(), source.closed]).toEqual([end, 1]);
  });

  test('between two next() calls, while nothing runs: the same', async () => {
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);
    const map = pool.imap(same, source);
    await map.next();
    await settle();

    await pool.kill(reason);

    await expect(map.next()).rejects.toBe(reason);
    await settle();
    expect([await map.next(), source.closed]).toEqual([end, 1]);
  });

  test('ends a map that waits for its source', async () => {
    const source: AsyncIterable<number> & { closed: number } = {
      closed: 0,
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          source.closed += 1;
          return new Promise(() => {});
        },
      }),
    };
    const pool = new GreenPool(2);
    const pending = watch(pool.imap(same, source).next());
    await settle();

    await pool.kill(reason);

    await settle();
    expect([pending.error, source.closed]).toEqual([reason, 1]);
  });

  test('rejects settled() as well, since no item failed', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const map = pool.imap(gates.task, naturals()).settled();
    const pending = watch(map.next());
    await settle();

    void pool.kill(reason);

    await settle();
    expect([pending.error, await map.next()]).toEqual([reason, end]);
  });

  test('ends a for await loop with the reason', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const loop = watch(pool.imapUnordered(gates.task, naturals()).toArray());
    await settle();

    void pool.kill(reason);

    await settle();
    expect(loop.error).toBe(reason);
  });

  test('ends all open maps of the pool and none of another', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const other = new GreenPool(1);
    const killed = [
      watch(pool.imap(gates.task, [1]).next()),
      watch(pool.with({}).imap(gates.task, [2]).next()),
    ];
    const alive = watch(other.imap(gates.task, [3]).next());
    await settle();

    void pool.kill(reason);
    gates.open(3);

    await settle();
    expect([...killed.map(({ error }) => error), alive.value]).toEqual([
      reason,
      reason,
      { value: 3, done: false },
    ]);
  });

  test('leaves maps alone that were not begun or have ended', async () => {
    const pool = new GreenPool(1);
    const ended = pool.imap(same, [1]);
    const fresh = pool.imap(same, [1]);
    await ended.toArray();

    await pool.kill(reason);

    expect([await ended.next(), await fresh.toArray()]).toEqual([end, [1]]);
  });

  test('makes no unhandled rejection of what a source throws while it closes', async () => {
    const gates = new Gates<number>();
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ value: 1, done: false }),
        return: () => Promise.reject(new Error('closing failed')),
      }),
    };
    const pool = new GreenPool(1);
    const map = pool.imap(gates.task, source);
    const pending = watch(map.next());
    await settle();

    void pool.kill(reason);

    await settle();
    expect([pending.error, await map.next()]).toEqual([reason, end]);
  });
});
