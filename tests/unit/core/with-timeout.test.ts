import { GreenPool, sleep, Timeout } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

describe('with({ timeout })', () => {
  test('kills the task with a Timeout when its time is over', async () => {
    const pool = new GreenPool(1);
    const thread = await pool.with({ timeout: 10 }).spawn(() => sleep(1000));
    const { signal } = thread;
    const waited = watch(thread.wait());

    await clock.now.advance(9);
    expect(waited.state).toBe('pending');
    await clock.now.advance(1);

    expect(thread.state).toBe('killed');
    expect(waited.error).toBeInstanceOf(Timeout);
    expect(waited.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 10 });
    expect(signal.reason).toBe(waited.error);
    expect(pool.running()).toBe(0);
  });

  test('counts from the start of the task, not from the call', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const outcome = watch(pool.with({ timeout: 10 }).run(() => sleep(1000)));
    await clock.now.advance(500);
    expect(outcome.state).toBe('pending');

    held.release();
    await clock.now.advance(9);
    expect(outcome.state).toBe('pending');
    await clock.now.advance(1);

    expect(outcome.error).toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  test('leaves the slot with a function that goes on, until it ends', async () => {
    const pool = new GreenPool(1);
    const gates = new Gates<string>();
    const thread = await pool.with({ timeout: 10 }).spawn(gates.task, 'deaf');
    const next = watch(pool.run(() => 'next'));

    await clock.now.advance(10);
    expect([thread.state, pool.running(), next.state]).toEqual(['killed', 1, 'pending']);

    gates.open('deaf');
    await settle();
    expect(next.value).toBe('next');
    await rejection(thread.wait());
  });

  test('says in its message how long, and which task', async () => {
    const outcome = watch(new GreenPool(1).with({ timeout: 25, name: 'upload' }).run(() => sleep(1000)));

    await clock.now.advance(25);

    expect(String(outcome.error)).toContain('25 ms');
    expect(String(outcome.error)).toContain('upload');
  });

  test('each task has its own time and its own Timeout', async () => {
    const pool = new GreenPool(3);
    const outcomes = [30, 10, 20].map((timeout) => watch(pool.with({ timeout }).run(() => sleep(1000))));
    const states = () => outcomes.map(({ state }) => state);

    await clock.now.advance(10);
    expect(states()).toEqual(['pending', 'failed', 'pending']);
    await clock.now.advance(10);
    expect(states()).toEqual(['pending', 'failed', 'failed']);
    await clock.now.advance(10);

    expect(new Set(outcomes.map(({ error }) => error)).size).toBe(3);
  });

  test('of a task that ends in time leaves no timer', async () => {
    const pool = new GreenPool(2).with({ timeout: 1000 });
    const thread = await pool.spawn(() => sleep(5));
    await pool.run(() => 'sync');

    await clock.now.advance(5);
    await thread.wait();

    expect(clock.now.pending).toBe(0);
  });

  test('of a task that is killed leaves no timer, though its function goes on', async () => {
    const gates = new Gates<string>();
    const thread = await new GreenPool(1).with({ timeout: 1000 }).spawn(gates.task, 'deaf');
    await settle();
    expect(clock.now.pending).toBe(1);

    void thread.kill('reason');

    expect(clock.now.pending).toBe(0);
    gates.open('deaf');
    expect(await rejection(thread.wait())).toBe('reason');
  });

  test('of 0 is the next turn: sync work and microtasks are in time', async () => {
    const view = new GreenPool(1).with({ timeout: 0 });

    expect(await view.run(() => 'sync')).toBe('sync');
    expect(await view.run(() => Promise.resolve('microtask'))).toBe('microtask');
    expect(await rejection(view.run(() => sleep(1)))).toMatchObject({ code: 'ERR_TIMEOUT', ms: 0 });
  });

  test('of Infinity sets no timer, and takes back a default', async () => {
    const pool = new GreenPool(1, { timeout: 5 });
    const held = await holdSlot(pool.with({ timeout: Number.POSITIVE_INFINITY }));

    expect(clock.now.pending).toBe(0);
    await clock.now.advance(1000);

    expect(held.thread.state).toBe('running');
    held.release();
    await pool.waitall();
  });

  test('given to the constructor is the default of all calls', async () => {
    const outcome = watch(new GreenPool(1, { timeout: 5 }).run(() => sleep(1000)));

    await clock.now.advance(5);

    expect(outcome.error).toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  test('of 2^31 ms and more asks the host for no longer delay than it can take', async () => {
    const original = globalThis.setTimeout;
    const delays: unknown[] = [];
    const spy = (fn: () => void, ms?: number) => {
      delays.push(ms);
      return original(fn, ms);
    };
    const { systemClock } = await realClock();
    globalThis.setTimeout = spy as typeof setTimeout;
    try {
      const pool = new GreenPool(1, { clock: systemClock });
      const held = await holdSlot(pool.with({ timeout: 2 ** 31 }));
      await settle();
      expect(held.thread.state).toBe('running');
      held.release();
      await pool.waitall({ timeout: 2 ** 40 });
    } finally {
      globalThis.setTimeout = original;
    }

    expect(delays.length).toBeGreaterThan(0);
    expect(delays.every((ms) => typeof ms === 'number' && ms <= 2 ** 31 - 1)).toBe(true);
  });
});

/** The clock of a host, which has real timers. */
async function realClock() {
  return import('../../../src/primitives/clock.ts');
}
