import { AsyncLocalStorage } from 'node:async_hooks';
import { GreenPile, GreenPool, type RetryOptions } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../../support/failures.ts';
import { Gates } from '../../../support/gates.ts';
import { rejection } from '../../../support/rejection.ts';
import { holdSlot } from '../../../support/slots.ts';
import { useManualClock } from '../../../support/time.ts';
import { watch } from '../../../support/watch.ts';

const clock = useManualClock();
/** Delays that a test can foresee. */
const plain = { attempts: 3, base: 100, jitter: 'none' } as const;

/** A task that fails `times` times, noting when it was tried, and then gives how often. */
function flaky(times: number, error: unknown = new Error('flaky')): { at: number[]; task: () => number } {
  const at: number[] = [];
  const task = (): number => {
    at.push(clock.now.now());
    if (at.length <= times) throw error;
    return at.length;
  };
  return { at, task };
}

describe('retry', () => {
  test('tries again after growing delays, and gives the last outcome only', async () => {
    const { at, task } = flaky(2);
    const pool = new GreenPool(1);
    const run = watch(pool.with({ retry: plain }).run(task));

    await clock.now.advance(1000);

    expect([run.value, at]).toEqual([3, [0, 100, 300]]);
  });

  test('fails with the last error when all attempts have failed', async () => {
    const { at, task } = flaky(9);
    const pool = new GreenPool(1);
    const run = watch(pool.with({ retry: plain }).run(task));

    await clock.now.advance(1000);

    expect([run.error, at.length, pool.running()]).toEqual([new Error('flaky'), 3, 0]);
  });

  test.each<[Partial<RetryOptions>, number[]]>([
    [{ backoff: 'constant' }, [0, 100, 200, 300]],
    [{ backoff: 'linear' }, [0, 100, 300, 600]],
    [{ backoff: 'exponential', max: 150 }, [0, 100, 250, 400]],
    [{ backoff: (attempt) => attempt * 10 }, [0, 10, 30, 60]],
  ])('waits as %o says', async (options, expected) => {
    const { at, task } = flaky(3);
    const pool = new GreenPool(1);
    const run = watch(pool.with({ retry: { ...plain, attempts: 4, ...options } }).run(task));

    await clock.now.advance(2000);

    expect([at, run.state]).toEqual([expected, 'done']);
  });

  test('spreads delays from nothing to the whole by default, and over the second half with equal jitter', async () => {
    const pool = new GreenPool(1000);
    const delays = async (jitter: 'full' | 'equal'): Promise<number[]> => {
      const tasks = Array.from({ length: 200 }, () => flaky(1));
      const view = pool.with({ retry: { attempts: 2, base: 1000, jitter } });
      const all = Promise.all(tasks.map(({ task }) => view.run(task)));
      await clock.now.advance(1000);
      await all;
      return tasks.map(({ at }) => (at[1] ?? Number.NaN) - (at[0] ?? Number.NaN)).sort((a, b) => a - b);
    };

    const full = await delays('full');
    const equal = await delays('equal');

    // 200 draws miss a tenth at one of the ends once in 10^8 runs.
    expect([(full[0] ?? 1000) < 100, (full[199] ?? 0) > 900]).toEqual([true, true]);
    expect([(equal[0] ?? 0) >= 500, (equal[0] ?? 1000) < 550]).toEqual([true, true]);
  });

  test('leaves the slot to others during the backoff', async () => {
    const pool = new GreenPool(1);
    const thread = await pool.with({ retry: plain }).spawn(flaky(1).task);
    await settle();

    expect([thread.state, pool.running(), pool.waiting()]).toEqual(['pending', 0, 0]);
    expect(pool.stats().waiting.backoff).toBe(1);
    expect(await pool.run(() => 'another')).toBe('another');
    await clock.now.advance(100);
    expect([thread.state, thread.attempt, await thread.wait()]).toEqual(['done', 2, 2]);
  });

  test('stands in line again for its next attempt', async () => {
    const gates = new Gates<string>();
    const { at, task } = flaky(1);
    const pool = new GreenPool(1);
    void pool.with({ retry: plain }).spawnN(task);
    await settle();
    void pool.spawnN(gates.task, 'other');

    await clock.now.advance(150);
    expect([at, pool.waiting()]).toEqual([[0], 1]);
    gates.open('other');
    await settle();
    expect(at).toEqual([0, 150]);
  });

  test('keeps waitall() waiting, and ends at once with a kill', async () => {
    const pool = new GreenPool(1);
    const { at, task } = flaky(9);
    const thread = await pool.with({ retry: plain }).spawn(task);
    await settle();
    const idle = watch(pool.waitall());
    await settle();
    expect(idle.state).toBe('pending');

    await thread.kill(new Error('no more'));
    expect([thread.state, await rejection(thread.wait())]).toEqual(['killed', new Error('no more')]);
    await settle();
    expect([idle.state, at.length, pool.stats().waiting.backoff]).toEqual(['done', 1, 0]);
  });

  test('ends with its signal and with a kill of the pool, in a backoff as elsewhere', async () => {
    const controller = new AbortController();
    const pool = new GreenPool(2);
    const view = pool.with({ retry: plain });
    const aborted = watch(view.with({ signal: controller.signal }).run(flaky(9).task));
    const killed = watch(view.run(flaky(9).task));
    await settle();

    controller.abort(new Error('aborted'));
    await pool.kill(new Error('pool'));
    await settle();

    expect([aborted.error, killed.error]).toEqual([new Error('aborted'), new Error('pool')]);
  });

  test('cannot be cancelled between attempts: it has started', async () => {
    const pool = new GreenPool(1);
    const thread = await pool.with({ retry: plain }).spawn(flaky(1).task);
    await settle();

    expect(thread.cancel()).toBe(false);
    await clock.now.advance(100);
    expect(await thread.wait()).toBe(2);
  });

  test('does what when() says, with the error and the attempt', async () => {
    const asked: unknown[] = [];
    const error = new Error('flaky');
    const retry: RetryOptions = {
      ...plain,
      attempts: 5,
      when: (failure, attempt) => asked.push([failure, attempt]) < 2,
    };
    const pool = new GreenPool(1);
    const run = watch(pool.with({ retry }).run(flaky(9, error).task));

    await clock.now.advance(1000);

    expect([run.error, asked]).toEqual([
      error,
      [
        [error, 1],
        [error, 2],
      ],
    ]);
  });

  test.each([
    ['when', { when: () => thrower() }],
    ['backoff', { backoff: () => thrower() }],
    ['backoff', { backoff: () => Number.NaN }],
  ])(
    'is over when %s() fails: the task fails with its own error, the other goes to onError',
    async (_, broken) => {
      const seen = reports();
      const pool = new GreenPool(1, { onError: seen.onError });
      const run = watch(pool.with({ retry: { ...plain, ...broken } }).run(flaky(9).task));
      await settle();

      expect(run.error).toEqual(new Error('flaky'));
      expect(seen.errors).toHaveLength(1);
      expect(pool.running()).toBe(0);
    },
  );

  test.each([
    ['retryAfter in ms', { retryAfter: 700 }],
    ['seconds in a header', { headers: new Headers({ 'Retry-After': '0.7' }) }, 100],
    ['whole seconds in a header', { headers: new Headers({ 'Retry-After': '7' }) }, 7000],
    ['a header of a plain object', { headers: { 'Retry-After': 7 } }, 7000],
    ['a header of a response', { response: new Response('', { headers: { 'retry-after': '7' } }) }, 7000],
    ['nothing sensible', { retryAfter: Number.NaN }, 100],
    ['nothing sensible', { headers: { 'retry-after': 'soon' } }, 100],
  ])('waits as long as the error asks for: %s', async (_, error, ms = 700) => {
    const { at, task } = flaky(1, error);
    const pool = new GreenPool(1);
    const run = watch(pool.with({ retry: plain }).run(task));

    await clock.now.advance(8000);

    expect([at, run.value]).toEqual([[0, ms], 2]);
  });

  test('takes a date in a Retry-After for what it is', async () => {
    const { at, task } = flaky(1, {
      headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() },
    });
    const pool = new GreenPool(1);
    const run = watch(pool.with({ retry: plain }).run(task));

    await clock.now.advance(61_000);

    expect(run.value).toBe(2);
    expect(at[1]).toBeGreaterThan(50_000);
  });

  test('spends no more than its budget, however much fails', async () => {
    const pool = new GreenPool(100);
    const view = pool.with({ retry: { ...plain, attempts: 10, budget: 0.1 } });
    const tasks = Array.from({ length: 100 }, () => flaky(99));
    const all = Promise.allSettled(tasks.map(({ task }) => view.run(task)));

    await clock.now.advance(100_000);
    await all;

    expect(tasks.reduce((sum, { at }) => sum + at.length - 1, 0)).toBe(10);
  });

  test('runs each attempt in the context of the spawner', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const pool = new GreenPool(1);
    const task = (): void => {
      seen.push(storage.getStore());
      storage.enterWith('changed by the attempt before');
      if (seen.length < 3) throw new Error('again');
    };

    const run = storage.run('spawner', () => pool.with({ retry: plain }).run(task));
    await clock.now.advance(1000);
    await run;

    expect(seen).toEqual(['spawner', 'spawner', 'spawner']);
  });

  test('goes on in the slot of its spawner when the pool is full of it', async () => {
    const pool = new GreenPool(1);
    const { at, task } = flaky(2);
    const parent = watch(pool.run(() => pool.with({ retry: plain }).run(task)));

    await clock.now.advance(1000);

    expect([parent.value, at]).toEqual([3, [0, 100, 300]]);
    expect(pool.running()).toBe(0);
  });

  test('holds for the whole pool when its constructor gets it', async () => {
    const { task } = flaky(1);
    const pool = new GreenPool(1, { retry: plain });
    const slot = await holdSlot(pool);
    const run = watch(pool.run(task));

    slot.release();
    await clock.now.advance(100);

    expect(run.value).toBe(2);
  });

  test('gives maps and piles the last outcome', async () => {
    const pool = new GreenPool(2);
    const view = pool.with({ retry: plain });
    const tries = new Map<number, number>();
    const task = (n: number): number => {
      tries.set(n, (tries.get(n) ?? 0) + 1);
      if (n > 1 && (tries.get(n) ?? 0) < n) throw new Error(`${n}`);
      return n;
    };
    const mapped = watch(view.imap(task, [1, 2, 3]).toArray());
    const pile = new GreenPile<number>(view);
    await pile.spawn(task, 3);
    const piled = watch(pile.toArray());

    await clock.now.advance(2000);

    expect([mapped.value, piled.value]).toEqual([[1, 2, 3], [3]]);
  });

  test('lets a map that is closed drop the items between two attempts', async () => {
    const pool = new GreenPool(2);
    const map = pool.with({ retry: plain }).imap(flaky(9).task, [1]);
    void map.next().catch(() => {});
    await settle();
    expect(pool.stats().waiting.backoff).toBe(1);

    await map.return();

    expect(pool.stats().waiting.backoff).toBe(0);
  });
});

function thrower(): never {
  throw new Error('the option is broken');
}
