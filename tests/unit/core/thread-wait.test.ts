import { GreenPool, sleep, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

describe('GreenThread', () => {
  test('has an id of its own, and the name that with() gave', async () => {
    const pool = new GreenPool(2, { name: 'pool' });

    const one = await pool.with({ name: 'one' }).spawn(() => 1);
    const two = await pool.spawn(() => 2);

    expect(typeof one.id).toBe('number');
    expect(one.id).not.toBe(two.id);
    expect([one.name, two.name]).toEqual(['one', undefined]);
  });

  test('goes from pending to running to done', async () => {
    const pool = new GreenPool(1);
    const states: string[] = [];
    const thread = pool.trySpawn(async () => {
      states.push(thread?.state ?? '');
      await sleep(1);
    });
    states.push(thread?.state ?? '');

    await clock.now.advance(1);

    expect([...states, thread?.state]).toEqual(['pending', 'running', 'done']);
  });

  test('ends as failed when the function throws or rejects', async () => {
    const pool = new GreenPool(2);

    const threads = [
      await pool.spawn((): void => {
        throw new Error('thrown');
      }),
      await pool.spawn(() => Promise.reject(new Error('rejected'))),
    ];
    await settle();

    expect(threads.map(({ state }) => state)).toEqual(['failed', 'failed']);
    await Promise.all(threads.map((thread) => rejection(thread.wait())));
  });

  test('is not thenable', async () => {
    const thread = spawn(() => 'result');

    expect('then' in thread).toBe(false);
    expect(await Promise.resolve(thread)).toBe(thread);
  });
});

describe('GreenThread.wait', () => {
  test('gives the result to any number of waiters, before and after the end', async () => {
    const thread = spawn(() => ({ result: 1 }));

    const before = await Promise.all([thread.wait(), thread.wait()]);
    const after = await thread.wait();

    expect(before[0]).toEqual({ result: 1 });
    expect(before[1]).toBe(before[0]);
    expect(after).toBe(before[0]);
  });

  test('rejects every waiter with the very object that the task threw', async () => {
    const error = { not: 'an Error' };
    const thread = spawn(() => Promise.reject(error));

    const before = await Promise.all([rejection(thread.wait()), rejection(thread.wait())]);
    const after = await rejection(thread.wait());

    expect([...before, after]).toEqual([error, error, error]);
    expect(after).toBe(error);
  });

  test('gives undefined, null and false as they are', async () => {
    expect(await spawn(() => undefined).wait()).toBeUndefined();
    expect(await spawn(() => null).wait()).toBeNull();
    expect(await spawn(() => false).wait()).toBe(false);
    expect(await rejection(spawn(() => Promise.reject(undefined)).wait())).toBeUndefined();
  });

  test('resumes waiters in the order of their calls', async () => {
    const log: number[] = [];
    const thread = spawn(() => {});

    await Promise.all([1, 2, 3].map((n) => thread.wait().then(() => log.push(n))));

    expect(log).toEqual([1, 2, 3]);
  });

  test('ends with a Timeout that ends nothing else', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const patient = watch(held.thread.wait());
    const hasty = watch(held.thread.wait({ timeout: 10 }));

    await clock.now.advance(9);
    expect(hasty.state).toBe('pending');
    await clock.now.advance(1);

    expect(hasty.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 10 });
    expect([held.thread.state, held.thread.signal.aborted, patient.state]).toEqual([
      'running',
      false,
      'pending',
    ]);
    held.release();
    await settle();
    expect(patient.state).toBe('done');
  });

  test("ends with the signal's reason, which ends nothing else", async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const hasty = watch(held.thread.wait({ signal: abort.signal }));

    abort.abort('enough');
    await settle();

    expect([hasty.error, held.thread.state]).toEqual(['enough', 'running']);
    held.release();
    await held.thread.wait();
  });

  test('a timeout of 0 expires in the next turn, though nothing moves the clock', async () => {
    const held = await holdSlot(new GreenPool(1));

    expect(await rejection(held.thread.wait({ timeout: 0 }))).toMatchObject({ code: 'ERR_TIMEOUT', ms: 0 });
    held.release();
  });

  test('a timeout of Infinity sets no timer', async () => {
    const held = await holdSlot(new GreenPool(1));
    const waited = watch(held.thread.wait({ timeout: Number.POSITIVE_INFINITY }));

    expect(clock.now.pending).toBe(0);
    held.release();
    await settle();
    expect(waited.state).toBe('done');
  });

  test('leaves no timer behind when the task ends first', async () => {
    const held = await holdSlot(new GreenPool(1));
    const waited = held.thread.wait({ timeout: 1000 });
    expect(clock.now.pending).toBe(1);

    held.release();
    await waited;

    expect(clock.now.pending).toBe(0);
  });

  test.each([
    ['NaN', Number.NaN, TypeError],
    ['"5"', '5', TypeError],
    ['-1', -1, RangeError],
  ])('refuses the timeout %s with a rejection that names it', async (shown, timeout, type) => {
    const ended = spawn(() => 1);
    await ended.wait();
    const held = await holdSlot(new GreenPool(1));

    for (const thread of [ended, held.thread]) {
      const error = await rejection(thread.wait({ timeout: timeout as number }));
      expect(error).toBeInstanceOf(type);
      expect(String(error)).toContain(shown);
    }
    held.release();
  });

  test('of an aborted signal rejects, though the result is there', async () => {
    const thread = spawn(() => 1);
    await thread.wait();

    expect(await rejection(thread.wait({ signal: AbortSignal.abort('gone') }))).toBe('gone');
    expect(await thread.wait()).toBe(1);
  });

  test('a waiter that gave up is forgotten: its signal carries no listener', async () => {
    const held = await holdSlot(new GreenPool(1));
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    signal.addEventListener = () => {
      listeners += 1;
    };
    signal.removeEventListener = () => {
      listeners -= 1;
    };
    const waited = watch(held.thread.wait({ signal, timeout: 5 }));
    expect(listeners).toBe(1);

    await clock.now.advance(5);

    expect(waited.error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(listeners).toBe(0);
    held.release();
  });
});

describe('GreenThread.wait for oneself', () => {
  const deadlock = { code: 'ERR_POOL_DEADLOCK' };

  test('rejects with ERR_POOL_DEADLOCK', async () => {
    const thread = spawn(async (): Promise<unknown> => rejection(thread.wait()));

    expect(await thread.wait()).toMatchObject(deadlock);
  });

  test('or for an ancestor rejects with ERR_POOL_DEADLOCK, at any distance and over pools', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(2);
    const thread = spawn(
      (): Promise<unknown> => a.run(() => b.run(() => spawn(() => rejection(thread.wait())).wait())),
    );

    expect(await thread.wait()).toMatchObject(deadlock);
  });

  test('for a child or a sibling is allowed', async () => {
    const pool = new GreenPool(3);
    const sibling = await pool.spawn(() => settle(1).then(() => 'sibling'));

    const seen = await pool.run(async () => [
      await sibling.wait(),
      await (await pool.spawn(() => 'child')).wait(),
    ]);

    expect(seen).toEqual(['sibling', 'child']);
  });

  test('with a timeout rejects with ERR_POOL_DEADLOCK as well, at once', async () => {
    const thread = spawn(async (): Promise<unknown> => rejection(thread.wait({ timeout: 1000 })));

    expect(await thread.wait()).toMatchObject(deadlock);
    expect(clock.now.pending).toBe(0);
  });
});
