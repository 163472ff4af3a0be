import { sleep } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { ItemLimits, type LimitOptions } from '../../../../src/cli/limits/item-limits.ts';
import { thrown } from '../../../support/rejection.ts';
import { useManualClock } from '../../../support/time.ts';
import { setUpRun } from './set-up-run.ts';

const clock = useManualClock();

describe('a run that was made smaller', () => {
  test('takes the weights that it took before, and no others', () => {
    const limits = new ItemLimits({ jobs: 3, weight: 'w' });

    limits.resize(5);
    limits.resize(1);

    expect(limits.viewFor({ w: 5 }, () => false)).toBeDefined();
    expect(thrown(() => limits.viewFor({ w: 6 }, () => false))).toMatchObject({ code: 'ERR_ITEM_FIELD' });
  });
});

describe('a drain', () => {
  test.each<[string, Partial<LimitOptions>]>([
    ['the rate', {}],
    ['the rate, with limits of their own', { retries: 1 }],
  ])('leaves items alone that wait for %s', async (_name, limited) => {
    const rate = { limit: 1, interval: 3_600_000 };
    const { run, start, done, written } = setUpRun(
      ['a', 'b', 'c'],
      { jobs: 2, rate, ...limited },
      (item) => item,
    );
    await start();

    run.drain();
    await done;

    expect([written, run.hasWorkLeft, run.firstLeft?.line]).toEqual([['a'], true, 2]);
  });

  test('leaves items alone that wait for their key, and lets further attempts go on', async () => {
    const gate = deferred<void>();
    const attempts: unknown[] = [];
    const per = { field: 'k', limit: 1 };
    const { run, start, done, written } = setUpRun(
      [{ k: 1 }, { k: 1 }, { k: 2 }],
      { jobs: 4, per, retries: 1, backoff: 1000 },
      async (_item, { key, attempt }) => {
        attempts.push([key, attempt]);
        if (key === 2 && attempt === 1) throw new Error('flaky');
        await gate.promise;
        return key;
      },
    );
    await start();

    run.drain();
    await clock.now.advance(1000);
    gate.resolve();
    await done;

    expect(attempts).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
    expect([written, run.firstLeft?.line]).toEqual([[1, 2], 2]);
  });
});

describe('an item that fails', () => {
  test('is tried again without holding a slot, and its last outcome counts', async () => {
    const attempts: number[] = [];
    const { start, done, written, tally } = setUpRun(
      ['a', 'b'],
      { jobs: 1, retries: 2, backoff: 100 },
      (item, ctx) => {
        if (item === 'a') attempts.push(ctx.attempt);
        if (item === 'a' && ctx.attempt < 3) throw new Error('flaky');
        return item;
      },
    );

    await start();
    expect(written).toEqual(['b']);
    await clock.now.advance(300);
    await done;

    expect([written, attempts]).toEqual([
      ['b', 'a'],
      [1, 2, 3],
    ]);
    expect(tally).toMatchObject({ ended: { done: 2, failed: 0 }, retried: 2, running: 0 });
  });

  test('fails when all attempts have, and at once when it is not worth another one', async () => {
    let calls = 0;
    const options = { jobs: 1, retries: 2, backoff: 1, retryOn: ['EAGAIN'] };
    const { start, done, tally, failures } = setUpRun(
      [{ code: 'EAGAIN' }, { code: 'ENOENT' }],
      options,
      (item) => {
        calls += 1;
        throw Object.assign(new Error('no'), item);
      },
    );

    await start();
    await clock.now.advance(100);
    await done;

    expect([calls, tally.ended.failed, tally.retried]).toEqual([4, 2, 2]);
    expect(failures.render(100)).toMatch(/2 failed/);
  });

  test('is not tried again when its result cannot be written', async () => {
    let calls = 0;
    const { start, done, tally } = setUpRun(['a'], { jobs: 1, retries: 5, backoff: 1 }, () => {
      calls += 1;
      return 1n;
    });

    await start();
    await done;

    expect([calls, tally.ended.failed]).toEqual([1, 1]);
  });

  test('once ran again, though it was done, when its time was over while its result was being recorded', async () => {
    const recorded = deferred<void>();
    let calls = 0;
    const { start, done, written, tally } = setUpRun(
      ['a'],
      { jobs: 1, timeout: 100, retries: 2, backoff: 1 },
      () => {
        calls += 1;
        return 'result';
      },
      { recorded: recorded.promise },
    );

    await start();
    await clock.now.advance(1000);
    recorded.resolve();
    await clock.now.advance(1000);
    await done;

    expect([calls, written]).toEqual([1, ['result']]);
    expect(tally).toMatchObject({ ended: { done: 1, failed: 0 }, retried: 0 });
  });

  test('waits for its next attempt as long as its error asks for', async () => {
    const { start, done, written } = setUpRun(['a'], { jobs: 1, retries: 1, backoff: 1 }, (item, ctx) => {
      if (ctx.attempt === 1) throw Object.assign(new Error('busy'), { retryAfter: 5000 });
      return item;
    });

    await start();
    await clock.now.advance(4999);
    expect(written).toEqual([]);
    await clock.now.advance(1);
    await done;

    expect(written).toEqual(['a']);
  });

  test('between two attempts is cancelled with the run, and counted', async () => {
    const { run, start, done, tally } = setUpRun(['a'], { jobs: 1, retries: 1, backoff: 60_000 }, () => {
      throw new Error('flaky');
    });
    await start();

    run.cancel(new Error('stop'));
    await done;

    expect(tally.ended).toMatchObject({ failed: 0, cancelled: 1 });
  });

  test('gets no further attempt once the run drains', async () => {
    const gate = deferred<void>();
    const { run, start, done, tally } = setUpRun(['a'], { jobs: 1, retries: 3, backoff: 1 }, async () => {
      await gate.promise;
      throw new Error('flaky');
    });
    await start();

    run.drain();
    gate.resolve();
    await done;

    expect([tally.ended.failed, tally.retried]).toEqual([1, 0]);
  });
});

describe('items with limits of their own', () => {
  test('with one key run so many at a time, while others pass them', async () => {
    const gates = new Map<string, ReturnType<typeof deferred<void>>>();
    const keys: unknown[] = [];
    const items = ['a1', 'a2', 'a3', 'b1'].map((id) => ({ id, host: id.charAt(0) }));
    const options = { jobs: 10, per: { field: 'host', limit: 1 } };
    const { start, done, tally } = setUpRun(items, options, async (item, ctx) => {
      const gate = deferred<void>();
      keys.push(ctx.key);
      gates.set((item as { id: string }).id, gate);
      await gate.promise;
    });

    await start();
    expect([...gates.keys()]).toEqual(['a1', 'b1']);
    for (const id of ['a1', 'b1', 'a2', 'a3']) {
      gates.get(id)?.resolve();
      await settle();
    }
    await done;

    expect([keys, tally.ended.done]).toEqual([['a', 'b', 'a', 'a'], 4]);
  });

  test('wait while their key is throttled', async () => {
    const at: string[] = [];
    const items = ['a', 'a', 'b'].map((host) => ({ host }));
    const options = { jobs: 1, per: { field: 'host', limit: 1 } };
    const { start, done } = setUpRun(items, options, (_item, { key, throttle }) => {
      at.push(`${key}@${clock.now.now()}`);
      if (at.length === 1) throttle(500);
    });

    await start();
    await clock.now.advance(500);
    await done;

    expect(at).toEqual(['a@0', 'b@0', 'a@500']);
  });

  test('start by their priority and take as many slots as they weigh', async () => {
    const started: unknown[] = [];
    const gate = deferred<void>();
    const items = [
      { id: 'first', p: 0, w: 2 },
      { id: 'low', p: 0, w: 1 },
      { id: 'high', p: 5, w: 2 },
    ];
    const options = { jobs: 2, priority: 'p', weight: 'w' };
    const { start, done } = setUpRun(items, options, async (item) => {
      started.push((item as { id: string }).id);
      await gate.promise;
    });

    await start();
    expect(started).toEqual(['first']);
    gate.resolve();
    await done;

    expect(started).toEqual(['first', 'high', 'low']);
  });

  test.each([
    [{ w: 3 }, /the weight \(w\) must be a whole number from 1 to 2/],
    [{ w: 'x' }, /the weight \(w\) must be a number/],
    [{}, /the weight \(w\) must be a number/],
  ])('of %j fail', async (item, message) => {
    const { start, done, tally, failures } = setUpRun(
      [item, { w: 1 }],
      { jobs: 2, weight: 'w' },
      () => 'ran',
    );

    await start();
    await done;

    expect(tally.ended).toMatchObject({ done: 1, failed: 1 });
    expect(failures.render(200)).toMatch(message);
  });

  test('are left when the run is cancelled before they start', async () => {
    const { run, start, done, tally } = setUpRun(
      [{ host: 'a' }, { host: 'a' }],
      { jobs: 5, per: { field: 'host', limit: 1 } },
      () => sleep(60_000),
    );
    await start();

    run.cancel(new Error('stop'));
    await done;

    expect(tally.ended).toMatchObject({ done: 0, cancelled: 1 });
    expect([run.hasWorkLeft, run.firstLeft?.line]).toEqual([true, 2]);
  });
});
