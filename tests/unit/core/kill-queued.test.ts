import { GreenPile, GreenPool, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';

const calls: [string, (pool: GreenPool, fn: () => unknown) => Promise<unknown>][] = [
  ['spawn', (pool, fn) => pool.spawn(fn)],
  ['spawnN', (pool, fn) => pool.spawnN(fn)],
  ['run', (pool, fn) => pool.run(fn)],
  ['pile.spawn', (pool, fn) => new GreenPile(pool).spawn(fn)],
];

describe('GreenThread.kill before the start', () => {
  test('the function never runs, and the slot is back at once', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const thread = pool.trySpawn(() => log.push('ran'));

    const killed = thread?.kill('reason');

    expect([thread?.state, pool.running()]).toEqual(['killed', 0]);
    await killed;
    await settle();
    expect(log).toEqual([]);
    expect(await rejection(thread?.wait() ?? Promise.resolve())).toBe('reason');
  });

  test('of a thread without a pool works the same', async () => {
    const log: string[] = [];
    const thread = spawn(() => log.push('ran'));

    await thread.kill('reason');
    await settle();

    expect([thread.state, log]).toEqual(['killed', []]);
  });

  test('gives the slot to the next in line', async () => {
    const pool = new GreenPool(1);
    const thread = pool.trySpawn(() => 'killed');
    const next = pool.run(() => 'next');

    void thread?.kill();

    expect(await next).toBe('next');
  });
});

describe('a queued caller', () => {
  test.each(calls)('that is killed with its pool: %s rejects with the reason', async (_name, call) => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const queued = call(pool, () => log.push('ran'));

    const killed = pool.kill('reason');

    expect(pool.waiting()).toBe(0);
    expect(await rejection(queued)).toBe('reason');
    held.release();
    await killed;
    expect(log).toEqual([]);
  });

  test.each(calls)('that is aborted: %s rejects with the reason of the signal', async (_name, call) => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const queued = call(pool.with({ signal: abort.signal }), () => 'ran');

    abort.abort('reason');

    expect(pool.waiting()).toBe(0);
    expect(await rejection(queued)).toBe('reason');
    held.release();
    await pool.waitall();
  });

  test.each(calls)('whose task is killed: %s rejects and its function never runs', async (_name, call) => {
    const log: unknown[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const thread = spawn(async () => {
      log.push(await rejection(call(pool, () => log.push('ran'))));
    });
    await settle();
    expect(pool.waiting()).toBe(1);

    await thread.kill('reason');

    expect(pool.waiting()).toBe(0);
    held.release();
    await pool.waitall();
    expect(log).toEqual(['reason']);
  });

  test.each(calls)('that nobody awaits: the rejection of %s is not unhandled', async (_name, call) => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    void call(pool.with({ signal: abort.signal }), () => 'aborted');
    void call(pool, () => 'killed');
    const thread = spawn(async () => {
      void call(pool, () => 'killed with its caller');
      await new Promise(() => {});
    });
    await settle();

    abort.abort('reason');
    void thread.kill('reason');
    void pool.kill('reason');
    await settle();

    expect(pool.waiting()).toBe(0);
    held.release();
    await pool.waitall();
  });

  test('that is withdrawn is forgotten by its pile', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const pile = new GreenPile(pool.with({ signal: abort.signal }));
    void pile.spawn(() => 'aborted');
    expect(pile.length).toBe(1);

    abort.abort();

    expect(pile.length).toBe(0);
    expect(await pile.next()).toEqual({ value: undefined, done: true });
    held.release();
    await pool.waitall();
  });

  test('that is withdrawn from the middle leaves the others in order', async () => {
    const log: number[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const aborts = [0, 1, 2, 3, 4].map(() => new AbortController());
    const queued = aborts.map(({ signal }, n) => pool.with({ signal }).spawn(() => log.push(n)));

    for (const n of [2, 0, 3]) aborts[n]?.abort();
    expect(pool.waiting()).toBe(2);
    held.release();
    await Promise.allSettled(queued);

    expect(log).toEqual([1, 4]);
  });

  test('that is aborted as it is admitted is killed before its start, and the slot goes on', async () => {
    const log: string[] = [];
    const abort = new AbortController();
    const pool = new GreenPool(0);
    const admitted = pool.with({ signal: abort.signal }).spawn(() => log.push('aborted'));
    const next = pool.run(() => 'next');

    pool.resize(1);
    abort.abort('reason');

    expect(await next).toBe('next');
    expect((await admitted).state).toBe('killed');
    expect([log, pool.running()]).toEqual([[], 0]);
  });
});

describe('the promise of run', () => {
  test('rejects with the very error of the task', async () => {
    const error = new Error('task');

    expect(await rejection(new GreenPool(1).run(() => Promise.reject(error)))).toBe(error);
  });

  test('rejects at once when the running task is killed', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const run = pool.with({ signal: abort.signal }).run(() => new Promise(() => {}));
    await settle();

    abort.abort('reason');

    expect(await rejection(run)).toBe('reason');
    expect(pool.running()).toBe(1);
  });
});
