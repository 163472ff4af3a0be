import { GreenPool, type GreenThread, getcurrent, sleep, spawn, Timeout, withTimeout } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

describe('withTimeout', () => {
  test('gives the result, and leaves no timer', async () => {
    expect(await withTimeout(1000, async (a: number, b: number) => a + b, 1, 2)).toBe(3);
    expect(await withTimeout(1000, () => 'sync')).toBe('sync');
    expect(clock.now.pending).toBe(0);
  });

  test('rejects with the very error of the function', async () => {
    const error = new Error('failed');

    expect(await rejection(withTimeout(1000, () => Promise.reject(error)))).toBe(error);
    expect(clock.now.pending).toBe(0);
  });

  test('rejects with a Timeout when the time is over, and not before', async () => {
    const outcome = watch(withTimeout(10, () => sleep(1000)));

    await clock.now.advance(9);
    expect(outcome.state).toBe('pending');
    await clock.now.advance(1);

    expect(outcome.error).toBeInstanceOf(Timeout);
    expect(outcome.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 10 });
  });

  test('throws the Timeout in the function where it is blocked, which may clean up', async () => {
    const log: unknown[] = [];
    const outcome = watch(
      withTimeout(10, async () => {
        try {
          await sleep(1000);
        } catch (error) {
          log.push(error);
          await sleep(0);
          log.push('cleaned up');
          throw error;
        }
      }),
    );

    await clock.now.advance(10);

    expect(log).toEqual([outcome.error, 'cleaned up']);
  });

  test('does not wait for code that ignores its kill', async () => {
    const outcome = watch(withTimeout(10, () => new Promise(() => {})));

    await clock.now.advance(10);

    expect(outcome.error).toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  test('throws a Timeout of your own itself, so that nested ones can be told apart', async () => {
    const outer = new Timeout(10);
    const inner = new Timeout(20);
    const seen: unknown[] = [];
    const outcome = watch(
      withTimeout(outer, async () => {
        seen.push(await rejection(withTimeout(inner, () => sleep(1000))));
        throw seen[0];
      }),
    );

    await clock.now.advance(10);

    expect(outcome.error).toBe(outer);
    expect(seen).toEqual([outer]);
    expect(clock.now.pending).toBe(0);
  });

  test('of 0 is the next turn: microtasks are in time', async () => {
    expect(await withTimeout(0, async () => 'in time')).toBe('in time');
    expect(await rejection(withTimeout(0, () => sleep(1)))).toMatchObject({ code: 'ERR_TIMEOUT', ms: 0 });
  });

  test('of Infinity sets no timer', async () => {
    const gate = deferred<string>();
    const outcome = withTimeout(Number.POSITIVE_INFINITY, () => gate.promise);
    expect(clock.now.pending).toBe(0);

    gate.resolve('at last');

    expect(await outcome).toBe('at last');
  });

  test.each([
    [Number.NaN, TypeError, 'NaN'],
    ['5', TypeError, '"5"'],
    [-1, RangeError, '-1'],
  ])('refuses %o with a rejection, and does not call the function', async (ms, type, shown) => {
    const log: string[] = [];

    const error = await rejection(withTimeout(ms as number, () => log.push('called')));

    await settle();
    expect(error).toBeInstanceOf(type);
    expect(String(error)).toContain(shown);
    expect(log).toEqual([]);
  });

  test('ends what it called when its own caller is killed', async () => {
    let inner: GreenThread<unknown> | undefined;
    const caller = spawn(() =>
      withTimeout(1000, () => {
        inner = getcurrent();
        return sleep(500);
      }),
    );
    await settle();

    await caller.kill('reason');

    expect(inner?.state).toBe('killed');
    expect(clock.now.pending).toBe(0);
  });

  test('in a member of a full pool lets what it calls spawn there', async () => {
    const pool = new GreenPool(1);

    expect(await pool.run(() => withTimeout(1000, () => pool.run(() => 'inner')))).toBe('inner');
  });
});

describe('Timeout', () => {
  test('is an Error with code, ms and a message that says how long', () => {
    const timeout = new Timeout(250);

    expect(timeout).toBeInstanceOf(Error);
    expect(timeout).toMatchObject({ name: 'Timeout', code: 'ERR_TIMEOUT', ms: 250 });
    expect(timeout.message).toContain('250 ms');
  });
});
