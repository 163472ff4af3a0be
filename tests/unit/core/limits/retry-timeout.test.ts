import { GreenPool, getcurrent, sleep } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { reports } from '../../../support/failures.ts';
import { Gates } from '../../../support/gates.ts';
import { useManualClock } from '../../../support/time.ts';
import { watch } from '../../../support/watch.ts';

const clock = useManualClock();
/** Delays that a test can foresee. */
const plain = { attempts: 3, base: 100, jitter: 'none' } as const;

describe('retry with timeout', () => {
  test('gives each attempt its own time and its own signal', async () => {
    const signals: AbortSignal[] = [];
    const pool = new GreenPool(1);
    const view = pool.with({ timeout: 50, retry: { ...plain, attempts: 2 } });
    const thread = await view.spawn(async () => {
      signals.push(getcurrent()?.signal as AbortSignal);
      if (signals.length === 1) await sleep(1000);
      return signals[1]?.aborted;
    });

    await clock.now.advance(50);
    expect([thread.state, pool.running(), signals[0]?.aborted]).toEqual(['pending', 0, true]);
    await clock.now.advance(100);

    expect(await thread.wait()).toBe(false);
  });

  test('keeps the slot until a function that ignores its kill has ended, and then tries again', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const thread = await pool
      .with({ timeout: 50, retry: { ...plain, attempts: 2 } })
      .spawn(gates.task, 'deaf');

    await clock.now.advance(500);
    expect([thread.state, pool.running()]).toEqual(['running', 1]);
    gates.open('deaf');
    await settle();
    expect([thread.state, pool.running()]).toEqual(['pending', 0]);
    await clock.now.advance(100);

    expect([await thread.wait(), gates.started]).toEqual(['deaf', ['deaf', 'deaf']]);
  });

  test('aborts a signal that is asked for too late', async () => {
    const seen: unknown[] = [];
    const pool = new GreenPool(1);
    const run = watch(
      pool.with({ timeout: 50, retry: { ...plain, attempts: 2 } }).run(async () => {
        await new Promise<void>((resolve) => {
          clock.now.setTimer(resolve, 60);
        });
        seen.push(getcurrent()?.signal.aborted);
      }),
    );

    await clock.now.advance(500);

    expect([seen, run.error]).toMatchObject([[true, true], { code: 'ERR_TIMEOUT' }]);
  });

  test('does not bring back what an onError kills on the way', async () => {
    let starts = 0;
    const pool: GreenPool = new GreenPool(1, { onError: () => void pool.kill(new Error('stop all')) });
    const run = watch(
      pool.with({ timeout: 10, retry: plain }).run(async () => {
        starts += 1;
        await new Promise<void>((resolve) => {
          clock.now.setTimer(resolve, 20);
        });
        throw new Error('another error');
      }),
    );

    await clock.now.advance(1000);

    expect([starts, run.error]).toEqual([1, new Error('stop all')]);
  });

  test('is a Timeout when the last attempt had not enough time', async () => {
    const pool = new GreenPool(1);
    const view = pool.with({ timeout: 50, retry: { ...plain, attempts: 2 } });
    const run = watch(view.run(() => sleep(1000)));

    await clock.now.advance(200);

    expect(run.error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(pool.running()).toBe(0);
  });

  test('reports what else an attempt throws that has run out of time', async () => {
    const seen = reports();
    const pool = new GreenPool(1, { onError: seen.onError });
    const task = async (): Promise<void> => {
      try {
        await sleep(1000);
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: as careless code does
        throw new Error('clean-up failed');
      }
    };
    const run = watch(pool.with({ timeout: 50, retry: { ...plain, attempts: 2 } }).run(task));

    await clock.now.advance(1000);

    expect(run.error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(seen.errors).toEqual([new Error('clean-up failed'), new Error('clean-up failed')]);
  });
});
