import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../../support/gates.ts';
import { watch } from '../../../support/watch.ts';

describe('GreenPool.pause', () => {
  test('lets nothing start, lets what runs go on, and resume() starts the rest in order', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    void pool.spawnN(gates.task, 'running');
    await settle();

    pool.pause();
    for (const item of ['a', 'b', 'c']) void pool.spawnN(gates.task, item);
    gates.open('running', 'a', 'b', 'c');
    await settle();
    expect([pool.isPaused, gates.started, pool.running()]).toEqual([true, ['running'], 0]);
    expect(pool.stats().waiting).toMatchObject({ 'held:paused': 3, queued: 0 });

    pool.resume();
    await pool.waitall();
    expect([pool.isPaused, gates.started]).toEqual([false, ['running', 'a', 'b', 'c']]);
  });

  test('keeps waitall() waiting while somebody is held', async () => {
    const pool = new GreenPool(2);
    pool.pause();
    const run = watch(pool.run(() => 'ran'));
    const idle = watch(pool.waitall());
    await settle();
    expect(idle.state).toBe('pending');

    pool.resume();
    await settle();
    expect([run.value, idle.state]).toEqual(['ran', 'done']);
  });

  test('holds children in lent slots', async () => {
    const started: string[] = [];
    const pool = new GreenPool(1);
    const parent = watch(
      pool.run(async () => {
        pool.pause();
        await pool.run(() => started.push('child'));
        return 'parent';
      }),
    );
    await settle();
    expect([started, parent.state]).toEqual([[], 'pending']);

    pool.resume();
    await settle();
    expect([started, parent.value]).toEqual([['child'], 'parent']);
  });

  test('holds maps and trySpawn', async () => {
    const pool = new GreenPool(2);
    pool.pause();
    const items = watch(pool.imap((n: number) => n * 2, [1, 2, 3]).toArray());
    await settle();
    expect([items.state, pool.trySpawn(() => 1)]).toEqual(['pending', undefined]);

    pool.resume();
    await settle();
    expect(items.value).toEqual([2, 4, 6]);
  });

  test('leaves kill() its way', async () => {
    const pool = new GreenPool(2);
    pool.pause();
    const run = watch(pool.run(() => 'ran'));

    await pool.kill(new Error('enough'));
    await settle();

    expect([run.error, pool.waiting()]).toEqual([new Error('enough'), 0]);
  });

  test('resume() of a pool that runs does nothing', async () => {
    const pool = new GreenPool(1);
    pool.resume();
    expect(await pool.run(() => 1)).toBe(1);
  });
});
