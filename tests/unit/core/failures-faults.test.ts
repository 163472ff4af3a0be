import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { holdSlot } from '../../support/slots.ts';
import { useWarnings } from '../../support/warnings.ts';
import { watch } from '../../support/watch.ts';

const warnings = useWarnings();

/** Whoever asks this error for anything gets another one. */
class Hostile extends Error {
  override get message(): string {
    throw new Error('read');
  }
}

describe('an error that throws when it is read', () => {
  test('of a sync task of spawnN does not stop the tasks behind it', async () => {
    const pool = new GreenPool(4);
    const started: number[] = [];

    void pool.spawnN(() => {
      throw new Hostile();
    });
    for (const n of [1, 2, 3]) void pool.spawn(() => started.push(n));
    await pool.waitall();
    await settle();

    expect([started, pool.running()]).toEqual([[1, 2, 3], 0]);
    expect(warnings.join()).toContain('throws when it is read');
  });

  test('of an async task of spawnN does not stop those who queue', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    void pool.spawnN(async () => {
      throw new Hostile();
    });
    const queued = watch(pool.run(() => 'ran'));

    held.release();
    await settle();

    expect([queued.state, pool.running()]).toEqual(['done', 0]);
    expect(warnings.join()).toContain('throws when it is read');
  });

  test('of an onError does not stop the pool', async () => {
    const onError = (): never => {
      throw new Hostile();
    };
    const pool = new GreenPool(1, { onError });

    void pool.spawnN(() => Promise.reject(new Error('task')));
    await pool.waitall();

    expect(await pool.run(() => 'ran')).toBe('ran');
    await settle();
    expect(warnings.join()).toContain('throws when it is read');
  });
});
