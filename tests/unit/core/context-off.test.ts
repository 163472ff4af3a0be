import { AsyncLocalStorage } from 'node:async_hooks';
import { GreenPool, getcurrent, sleep, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();
const store = new AsyncLocalStorage<string>();

const bare = (size: number, options = {}) => new GreenPool(size, { context: false, ...options });

describe('a pool with context: false', () => {
  test('runs tasks in order, bounded, with results and errors as any pool', async () => {
    const gates = new Gates<number>();
    const pool = bare(2);
    const runs = [0, 1, 2, 3].map((n) => pool.run(gates.task, n));
    const failing = pool.run(() => Promise.reject(new Error('failed')));
    await settle();
    gates.open(1, 0, 3, 2);

    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3]);
    expect(await rejection(failing)).toEqual(new Error('failed'));
    expect([gates.started, gates.peak]).toEqual([[0, 1, 2, 3], 2]);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('starts the task after the call has returned', async () => {
    const log: string[] = [];
    const pool = bare(1);

    const spawned = [pool.spawn(() => log.push('first')), pool.spawn(() => log.push('second'))];
    log.push('returned');
    await Promise.all(spawned);
    await pool.waitall();

    expect(log).toEqual(['returned', 'first', 'second']);
  });

  test('has no current thread in its tasks', async () => {
    expect(await bare(1).run(() => getcurrent())).toBeUndefined();
  });

  test("shows the stores of the pool's creator, not of the spawner", async () => {
    const pool = store.run('creator', () => bare(1));

    const seen = await store.run('spawner', () => pool.run(() => store.getStore()));

    expect(seen).toBe('creator');
  });

  test("never shows another task's stores, also when its end admits the next", async () => {
    const pool = bare(1);
    const seen: unknown[] = [];
    const task = async (name: string) => {
      seen.push(store.getStore());
      store.enterWith(name);
      await Promise.resolve();
      seen.push(store.getStore());
    };
    for (const name of ['a', 'b', 'c']) void pool.spawn(task, name);

    await pool.waitall();

    expect(seen).toEqual([undefined, 'a', undefined, 'b', undefined, 'c']);
  });

  test("never shows another task's stores, also when the tasks are sync", async () => {
    const pool = bare(2);
    const seen: unknown[] = [];
    const task = (name: string) => {
      seen.push(store.getStore());
      store.enterWith(name);
    };
    for (const name of ['a', 'b', 'c', 'd']) void pool.spawn(task, name);

    await pool.waitall();

    expect(seen).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('knows no members: waitall from inside is not refused', async () => {
    const pool = bare(1);
    const outcome = watch(pool.run(() => pool.waitall({ timeout: 10 })));

    await clock.now.advance(10);

    expect(outcome.error).toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  test('lends no slots: a spawn from inside a full pool queues', async () => {
    const pool = bare(1);
    const outcome = watch(pool.run(() => pool.run(() => 'inner')));

    await settle();
    expect([outcome.state, pool.waiting()]).toEqual(['pending', 1]);

    pool.resize(2);
    await settle();
    expect(outcome.value).toBe('inner');
  });

  test('kills what runs by its signal, what has not started at once', async () => {
    const pool = bare(2);
    const held = await holdSlot(pool);
    const pending = pool.trySpawn(() => 'never');

    void held.thread.kill('reason');
    void pending?.kill('reason');

    expect([held.thread.signal.aborted, pending?.state, pool.running()]).toEqual([true, 'killed', 1]);
    held.release();
    await settle();
    expect(pool.running()).toBe(0);
  });

  test('withdraws queued callers, by signal and by kill', async () => {
    const abort = new AbortController();
    const pool = bare(0);
    const aborted = pool.with({ signal: abort.signal }).spawn(() => 1);
    const killed = pool.spawn(() => 1);

    abort.abort('aborted');
    await pool.kill('killed');

    expect([await rejection(aborted), await rejection(killed)]).toEqual(['aborted', 'killed']);
    expect(pool.waiting()).toBe(0);
  });

  test('times tasks out', async () => {
    const pool = bare(1, { timeout: 5 });
    const gates = new Gates<string>();
    const outcome = watch(pool.run(gates.task, 'deaf'));

    await clock.now.advance(5);
    expect([(outcome.error as { code?: string }).code, pool.running()]).toEqual(['ERR_TIMEOUT', 1]);

    gates.open('deaf');
    await pool.waitall();
  });

  test('reports failures of spawnN', async () => {
    const { errors, onError } = reports();
    const pool = bare(1, { onError });

    await pool.spawnN(() => Promise.reject(new Error('failed')));
    await pool.waitall();

    expect(errors).toEqual([new Error('failed')]);
  });

  test('maps and closes', async () => {
    const pool = bare(2);

    expect(await pool.imap((n: number) => n * 2, [1, 2, 3]).toArray()).toEqual([2, 4, 6]);
    await pool.close();
    expect(await rejection(pool.spawn(() => 1))).toMatchObject({ code: 'ERR_POOL_CLOSED' });
  });

  test('called from a task of another pool, a kill of that task ends the wait for a slot', async () => {
    const pool = bare(0);
    const caller = spawn(() => pool.run(() => 1));
    await settle();
    expect(pool.waiting()).toBe(1);

    await caller.kill('reason');

    expect(pool.waiting()).toBe(0);
    await sleep(0);
  });
});

describe('a task that waits for a slot of a full pool with context: false', () => {
  test.each<[string, (pool: GreenPool, task: () => unknown) => Promise<unknown>]>([
    ['spawn', (pool, task) => pool.spawn(task)],
    ['spawnN', (pool, task) => pool.spawnN(task)],
    ['run', (pool, task) => pool.run(task)],
  ])('in %s throws its kill, and what it queued never runs', async (_name, call) => {
    const log: unknown[] = [];
    const pool = bare(1);
    const held = await holdSlot(pool);
    const caller = spawn(async () => {
      log.push(await rejection(call(pool, () => log.push('child'))));
    });
    await settle();
    expect(pool.waiting()).toBe(1);

    await caller.kill('reason');

    expect([log, pool.waiting()]).toEqual([['reason'], 0]);
    held.release();
    await pool.waitall();
    expect(log).toEqual(['reason']);
  });

  test('and is a task of another such pool goes on as soon as it has one', async () => {
    const pool = bare(1);
    const held = await holdSlot(pool);
    const caller = spawn(async () => (await pool.spawn(async () => 'child')).wait());
    await settle();

    held.release();

    expect(await caller.wait()).toBe('child');
  });
});

describe('a pool with context: false that a task makes', () => {
  test.each(['spawn', 'run', 'imap'] as const)('has no current thread in its tasks: %s', async (call) => {
    const seen: unknown[] = [];
    const look = async () => {
      seen.push(getcurrent());
      await Promise.resolve();
      seen.push(getcurrent());
    };

    const made = await spawn(() => [bare(1)]).wait();
    await spawn(async () => {
      for (const pool of [bare(1), ...made]) {
        if (call === 'imap') await pool.imap(look, [1]).toArray();
        else await pool[call](look);
        await pool.waitall();
      }
    }).wait();

    expect(seen).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('is not reached by a kill of that task', async () => {
    const log: unknown[] = [];
    const maker = spawn(async () => {
      await bare(1).spawn(async () => {
        await sleep(10);
        log.push('slept');
      });
      await sleep(1000);
    });
    await settle();

    await maker.kill('reason');
    await clock.now.advance(10);

    expect([maker.state, log]).toEqual(['killed', ['slept']]);
  });

  test("shows that task's stores in its tasks", async () => {
    const seen = await store.run('maker', () => spawn(() => bare(1).run(() => store.getStore())).wait());

    expect(seen).toBe('maker');
  });
});

describe('what a pool with context: false does around its tasks', () => {
  test('is in the context of its creator, not in that of whoever called before', async () => {
    const seen: unknown[] = [];
    const pool = bare(1, { onError: () => seen.push(store.getStore(), getcurrent()) });
    const held = await store.run('first caller', () => holdSlot(pool));
    store.run('second', () => void pool.spawnN(() => Promise.reject(new Error('failed'))));

    held.release();
    await pool.waitall();

    expect(seen).toEqual([undefined, undefined]);
  });

  test('is outside of the green threads of other pools that called before', async () => {
    const seen: unknown[] = [];
    const pool = bare(1, { onError: () => seen.push(getcurrent()) });
    const held = await new GreenPool(1).run(() => holdSlot(pool));
    void pool.spawnN(() => Promise.reject(new Error('failed')));

    held.release();
    await pool.waitall();

    expect(seen).toEqual([undefined]);
  });
});
