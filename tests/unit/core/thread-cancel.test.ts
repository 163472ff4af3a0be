import { GreenletExit, GreenPool, spawn } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';

describe('GreenThread.cancel', () => {
  test('before the start: true, the function never runs and the slot is back', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const thread = pool.trySpawn(() => log.push('ran'));

    expect(thread?.cancel('changed my mind')).toBe(true);

    expect([thread?.state, pool.running()]).toEqual(['killed', 0]);
    expect(await rejection(thread?.wait() ?? Promise.resolve())).toBe('changed my mind');
    await settle();
    expect(log).toEqual([]);
  });

  test('has GreenletExit for its default reason', async () => {
    const thread = spawn(() => {});

    thread.cancel();

    expect(await rejection(thread.wait())).toBeInstanceOf(GreenletExit);
  });

  test('while running: false, and nothing happens', async () => {
    const held = await holdSlot(new GreenPool(1));

    expect(held.thread.cancel()).toBe(false);

    expect([held.thread.state, held.thread.signal.aborted]).toEqual(['running', false]);
    held.release();
    await held.thread.wait();
  });

  test('after the end, and a second time: false', async () => {
    const ended = spawn(() => 1);
    await ended.wait();
    const cancelled = spawn(() => 1);
    cancelled.cancel('first');

    expect([ended.cancel(), cancelled.cancel('second')]).toEqual([false, false]);
    expect(await ended.wait()).toBe(1);
    expect(await rejection(cancelled.wait())).toBe('first');
  });

  test('lets the next caller have the slot', async () => {
    const pool = new GreenPool(1);
    const thread = pool.trySpawn(() => 'cancelled');
    const next = pool.run(() => 'next');

    thread?.cancel();

    expect(await next).toBe('next');
  });
});
