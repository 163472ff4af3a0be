import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { holdSlot } from '../../support/slots.ts';

/** A pool with `running` tasks that run and `queued` callers. */
async function busy(size: number, queued: number) {
  const gates = new Gates<number>();
  const pool = new GreenPool(size);
  for (let n = 0; n < size + queued; n += 1) void pool.spawn(gates.task, n);
  await settle(1);
  const finish = async () => {
    gates.open(...Array(size + queued).keys());
    await pool.waitall();
  };
  return { pool, gates, finish };
}

describe('GreenPool.resize', () => {
  test.each([
    { size: 2, queued: 5, to: 4, admitted: 2 },
    { size: 2, queued: 1, to: 10, admitted: 1 },
    { size: 0, queued: 3, to: 1, admitted: 1 },
    { size: 1, queued: 3, to: Number.POSITIVE_INFINITY, admitted: 3 },
    { size: 3, queued: 2, to: 3, admitted: 0 },
    { size: 3, queued: 2, to: 1, admitted: 0 },
  ])(
    'from $size to $to with $queued queued admits $admitted at once',
    async ({ size, queued, to, admitted }) => {
      const { pool, gates, finish } = await busy(size, queued);

      pool.resize(to);

      expect(pool.size).toBe(to);
      expect(pool.running()).toBe(size + admitted);
      expect(pool.waiting()).toBe(queued - admitted);
      await settle();
      expect(gates.started).toEqual([...Array(size + admitted).keys()]);
      await finish();
    },
  );

  test('admits by priority', async () => {
    const log: string[] = [];
    const pool = new GreenPool(0);
    void pool.spawn(() => log.push('plain'));
    const urgent = pool.with({ priority: 1 }).spawn(() => log.push('urgent'));

    pool.resize(1);

    await urgent;
    await pool.waitall();
    expect(log).toEqual(['urgent', 'plain']);
  });

  test('shrinking lets running tasks finish, and gives no slot until below the new size', async () => {
    const { pool, gates, finish } = await busy(3, 2);

    pool.resize(1);
    gates.open(0);
    await settle();
    gates.open(1);
    await settle();

    expect(gates.started).toEqual([0, 1, 2]);
    expect(gates.running).toBe(1);
    gates.open(2);
    await settle();
    expect(gates.started).toEqual([0, 1, 2, 3]);
    await finish();
    expect(gates.peak).toBe(3);
  });

  test('a shrink taken back before anything ended admits nobody too many', async () => {
    const { pool, finish } = await busy(2, 3);

    pool.resize(0);
    pool.resize(2);

    expect([pool.running(), pool.waiting()]).toEqual([2, 3]);
    await finish();
  });

  test('growing while over capacity only counts what is really free', async () => {
    const { pool, finish } = await busy(4, 3);

    pool.resize(1);
    pool.resize(5);

    expect([pool.running(), pool.waiting()]).toEqual([5, 2]);
    await finish();
  });

  test('works from inside a task and from a link', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    held.thread.link(() => pool.resize(2));
    const seen: number[] = [];
    const others = ['a', 'b'].map(() => pool.run(() => seen.push(pool.running())));

    held.release();
    await Promise.all(others);

    expect(seen).toEqual([2, 1]);
    await pool.run(() => pool.resize(7));
    expect(pool.size).toBe(7);
  });

  test('through a view resizes the pool', () => {
    const pool = new GreenPool(1);

    pool.with({ priority: 1 }).resize(5);

    expect(pool.size).toBe(5);
  });
});
