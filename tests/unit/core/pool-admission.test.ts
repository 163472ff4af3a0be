import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { holdSlot } from '../../support/slots.ts';
import { watch } from '../../support/watch.ts';

describe('admission', () => {
  test('waits while the pool is full', async () => {
    const pool = new GreenPool(2);
    const held = [await holdSlot(pool), await holdSlot(pool)];

    const spawned = watch(pool.spawn(() => 'ran'));
    await settle();
    expect(spawned.state).toBe('pending');

    held[0]?.release();
    await settle();
    expect(spawned.state).toBe('done');
    held[1]?.release();
    await pool.waitall();
  });

  test('never runs more than size tasks at a time', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(3);
    const all = Promise.all([...Array(20).keys()].map((n) => pool.run(gates.task, n)));

    for (const n of [2, 0, 1, 5, 3, 4]) {
      gates.open(n);
      await settle(1);
    }
    gates.open(...Array(20).keys());
    await all;

    expect(gates.peak).toBe(3);
  });

  test('is first come, first served over spawn, spawnN, run and views', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const calls = [
      pool.spawn(() => log.push('spawn')),
      pool.with({ name: 'x' }).spawnN(() => log.push('view')),
      pool.run(() => log.push('run')),
      pool.spawnN(() => log.push('spawnN')),
    ];

    held.release();
    await Promise.all(calls);

    expect(log).toEqual(['spawn', 'view', 'run', 'spawnN']);
  });

  test('a newcomer in the very turn that frees a slot does not overtake', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const newcomer = held.thread.wait().then(() => pool.spawn(() => log.push('newcomer')));
    const queued = pool.spawn(() => log.push('queued'));

    held.release();
    await Promise.all([queued, newcomer]);

    expect(log).toEqual(['queued', 'newcomer']);
  });

  test('a newcomer from a link, when the slot is free and others queue, does not overtake', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    held.thread.link(() => void pool.spawn(() => log.push('from the link')));
    const queued = pool.spawn(() => log.push('queued'));

    held.release();
    await queued;
    await pool.waitall();

    expect(log).toEqual(['queued', 'from the link']);
  });

  test('a task that ends and spawns again in one turn queues behind those who wait', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const again = async (name: string, times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) await (await pool.spawn(() => log.push(name))).wait();
    };

    await Promise.all([again('a', 3), again('b', 3)]);

    expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });

  test('the next caller gets the slot also when a task fails', async () => {
    const pool = new GreenPool(1);
    const failing = pool.spawn(() => Promise.reject(new Error('failed')));
    const next = pool.run(() => 'next');

    expect(await next).toBe('next');
    expect((await failing).state).toBe('failed');
    await (await failing).wait().catch(() => {});
  });
});

describe('with({ priority })', () => {
  test('higher goes first, equal keeps order, default is 0', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const spawn = (priority: number | undefined, name: string) =>
      (priority === undefined ? pool : pool.with({ priority })).spawn(() => log.push(name));
    const calls = [
      spawn(-1, 'low 1'),
      spawn(undefined, 'plain 1'),
      spawn(5, 'high 1'),
      spawn(0, 'plain 2'),
      spawn(-1, 'low 2'),
      spawn(5, 'high 2'),
      spawn(0.5, 'half'),
      spawn(Number.POSITIVE_INFINITY, 'top'),
      spawn(Number.NEGATIVE_INFINITY, 'bottom'),
    ];

    held.release();
    await Promise.all(calls);

    expect(log).toEqual([
      'top',
      'high 1',
      'high 2',
      'half',
      'plain 1',
      'plain 2',
      'low 1',
      'low 2',
      'bottom',
    ]);
  });

  test('does not interrupt what runs', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);

    const urgent = watch(pool.with({ priority: 9 }).spawn(() => 'urgent'));
    await settle();

    expect(urgent.state).toBe('pending');
    held.release();
    await pool.waitall();
  });
});

describe('GreenPool.trySpawn', () => {
  test('gives a handle while there is room, and takes the slot at once', async () => {
    const pool = new GreenPool(1);

    const thread = pool.trySpawn((a: number) => a + 1, 1);

    expect(pool.running()).toBe(1);
    expect(thread?.state).toBe('pending');
    expect(await thread?.wait()).toBe(2);
  });

  test('gives undefined when the pool is full, and leaves no trace', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);

    expect(pool.trySpawn(() => 1)).toBeUndefined();
    expect([pool.running(), pool.waiting()]).toEqual([1, 0]);
    held.release();
    await pool.waitall();
  });

  test('gives undefined on a pool of size 0', () => {
    expect(new GreenPool(0).trySpawn(() => 1)).toBeUndefined();
  });

  test('gives undefined while callers queue, though a slot is free for the moment', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const seen: unknown[] = [];
    held.thread.link(() =>
      seen.push(
        pool.free(),
        pool.waiting(),
        pool.trySpawn(() => 'overtook'),
      ),
    );
    const queued = pool.run(() => 'queued');

    held.release();

    expect(await queued).toBe('queued');
    expect(seen).toEqual([1, 1, undefined]);
  });
});
