import { sleep } from 'greenpool';
import { describe, expect, test } from 'vitest';
import { useManualClock } from '../../../support/time.ts';
import { setUpRun } from './set-up-run.ts';

const clock = useManualClock();

describe('an item that runs out of time', () => {
  test('fails with the Timeout, whatever its function makes of it', async () => {
    const { start, done, tally, failures } = setUpRun(
      ['throws', 'returns'],
      { jobs: 2, timeout: 50 },
      async (item, ctx) => {
        const { signal } = ctx;
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
        });
        if (item === 'throws') throw new Error('aborted');
        return item;
      },
    );

    await start();
    await clock.now.advance(50);
    await done;

    expect(tally.ended).toMatchObject({ done: 0, failed: 2 });
    expect(failures.render(200)).toMatch(/2 .*did not end within 50 ms/);
  });

  test('is tried again, each time with a signal of its own', async () => {
    const aborted: boolean[] = [];
    const { start, done, written, tally } = setUpRun(
      ['a'],
      { jobs: 1, timeout: 50, retries: 1, backoff: 1 },
      async (item, ctx) => {
        aborted.push(ctx.signal.aborted);
        if (ctx.attempt === 1) await sleep(1000);
        return item;
      },
    );

    await start();
    await clock.now.advance(100);
    await done;

    expect([written, aborted, tally.retried]).toEqual([['a'], [false, false], 1]);
  });

  test('and is skipped then has ended, though it could have been tried again', async () => {
    let calls = 0;
    const { start, done, tally } = setUpRun(
      ['a'],
      { jobs: 1, timeout: 50, retries: 1, backoff: 1 },
      (_item, { signal, skip }) => {
        calls += 1;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            try {
              skip('too slow');
            } catch (error) {
              reject(error);
            }
          });
        });
      },
    );

    await start();
    await clock.now.advance(200);
    await done;

    expect([calls, tally.ended.skipped, tally.finished]).toEqual([1, 1, 1]);
  });
});
