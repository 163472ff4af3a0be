import { GreenPool, PoolDeadlockError, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';

const deadlock = { code: 'ERR_POOL_DEADLOCK' };

describe('GreenPool.waitall from inside a member', () => {
  test('rejects with ERR_POOL_DEADLOCK instead of hanging', async () => {
    const pool = new GreenPool(2, { name: 'mail' });

    const error = await rejection(pool.run(() => pool.waitall()));

    expect(error).toBeInstanceOf(PoolDeadlockError);
    expect(error).toMatchObject(deadlock);
    expect(String(error)).toContain('mail');
  });

  test('rejects below helpers and promise chains that the task started', async () => {
    const pool = new GreenPool(2);
    const helper = async () => {
      await Promise.resolve();
      await pool.waitall();
    };

    const error = await rejection(pool.run(() => Promise.resolve().then(helper)));

    expect(error).toMatchObject(deadlock);
  });

  test('rejects in a task of another pool that a member spawned', async () => {
    const a = new GreenPool(2);
    const b = new GreenPool(2);

    const error = await rejection(a.run(() => b.run(() => a.waitall())));

    expect(error).toMatchObject(deadlock);
  });

  test('rejects in a green thread without a pool that a member spawned', async () => {
    const pool = new GreenPool(2);

    const error = await rejection(pool.run(() => spawn(() => pool.waitall()).wait()));

    expect(error).toMatchObject(deadlock);
  });

  test('rejects through a view', async () => {
    const pool = new GreenPool(2);

    expect(await rejection(pool.run(() => pool.with({ priority: 1 }).waitall()))).toMatchObject(deadlock);
  });

  test('of another pool is allowed', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);
    void b.spawn(async () => Promise.resolve());

    await a.run(() => b.waitall());

    expect(b.running()).toBe(0);
  });

  test('is allowed again for what the task left running behind it', async () => {
    const pool = new GreenPool(1);
    let left: Promise<void> | undefined;
    await pool.run(() => {
      left = settle(2).then(() => pool.waitall());
    });

    await left;

    expect(pool.running()).toBe(0);
  });
});
