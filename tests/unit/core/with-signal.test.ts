import { GreenPool, sleep } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { countedSignal } from '../../support/counted-signal.ts';
import { Gates } from '../../support/gates.ts';
import { rejection, thrown } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

describe('with({ signal })', () => {
  test('aborting while queued withdraws the caller and leaves no trace', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const counted = countedSignal();
    const queued = pool.with({ signal: counted.signal }).spawn(() => log.push('ran'));
    expect([pool.waiting(), counted.listeners]).toEqual([1, 1]);

    counted.abort('reason');

    expect(pool.waiting()).toBe(0);
    expect(await rejection(queued)).toBe('reason');
    held.release();
    await pool.waitall();
    expect(log).toEqual([]);
    expect(pool.running()).toBe(0);
  });

  test('aborting while running kills the task with the reason', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const thread = await pool.with({ signal: abort.signal }).spawn(() => sleep(1000));
    const { signal } = thread;
    await settle();

    abort.abort('reason');

    expect(thread.state).toBe('killed');
    expect(signal.reason).toBe('reason');
    expect(await rejection(thread.wait())).toBe('reason');
    expect(clock.now.pending).toBe(0);
    expect(pool.running()).toBe(0);
  });

  test('aborting after the end does nothing', async () => {
    const abort = new AbortController();
    const thread = await new GreenPool(1).with({ signal: abort.signal }).spawn(() => 'result');
    await thread.wait();

    abort.abort('reason');

    expect([thread.state, await thread.wait()]).toEqual(['done', 'result']);
  });

  test('has its own DOMException for a reason when abort() gives none', async () => {
    const abort = new AbortController();
    const run = new GreenPool(1).with({ signal: abort.signal }).run(() => sleep(1000));

    abort.abort();

    const error = await rejection(run);
    expect(error).toBe(abort.signal.reason);
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  test('that has aborted already refuses every call and takes no slot', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const view = pool.with({ signal: AbortSignal.abort('gone') });

    const errors = [
      await rejection(view.spawn(() => log.push('spawn'))),
      await rejection(view.spawnN(() => log.push('spawnN'))),
      await rejection(view.run(() => log.push('run'))),
      thrown(() => view.trySpawn(() => log.push('trySpawn'))),
    ];

    await settle();
    expect(errors).toEqual(['gone', 'gone', 'gone', 'gone']);
    expect([log, pool.running()]).toEqual([[], 0]);
  });

  test('ends only what was spawned through that view', async () => {
    const abort = new AbortController();
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const other = await pool.spawn(gates.task, 'other');
    void pool.with({ signal: abort.signal }).spawn(gates.task, 'aborted');
    const queued = pool.run(() => 'queued');

    abort.abort('reason');
    gates.open('aborted');

    expect(await queued).toBe('queued');
    expect(other.state).toBe('running');
    gates.open('other');
    await pool.waitall();
  });

  test('of a nested view replaces the outer one', async () => {
    const outer = new AbortController();
    const inner = new AbortController();
    const pool = new GreenPool(1).with({ signal: outer.signal }).with({ signal: inner.signal });
    const run = watch(pool.run(() => sleep(1000)));

    outer.abort('outer');
    await settle();
    expect(run.state).toBe('pending');

    inner.abort('inner');
    await settle();
    expect(run.error).toBe('inner');
  });
});

describe('the listeners of a signal', () => {
  test('are one for a pool, however many tasks run and queue', async () => {
    const counted = countedSignal();
    const pool = new GreenPool(3);
    const view = pool.with({ signal: counted.signal });
    const gates = new Gates<number>();
    const runs = [...Array(50).keys()].map((n) => view.run(gates.task, n));
    await settle(1);
    expect(counted.listeners).toBe(1);

    gates.open(...Array(50).keys());
    await Promise.all(runs);

    expect([counted.peak, counted.listeners]).toEqual([1, 0]);
  });

  test('are gone when a task has ended, failed or was killed', async () => {
    const counted = countedSignal();
    const view = new GreenPool(3).with({ signal: counted.signal });

    await view.run(() => 1);
    await rejection(view.run(() => Promise.reject(new Error('failed'))));
    const thread = await view.spawn(() => sleep(1000));
    await settle();
    expect(counted.listeners).toBe(1);
    await thread.kill();

    expect(counted.listeners).toBe(0);
  });

  test('are gone when a queued caller was killed in another way', async () => {
    const counted = countedSignal();
    const pool = new GreenPool(0);
    const queued = pool.with({ signal: counted.signal }).spawn(() => 1);
    expect(counted.listeners).toBe(1);

    await pool.kill('reason');

    expect(counted.listeners).toBe(0);
    expect(await rejection(queued)).toBe('reason');
  });

  test('are gone when a task was cancelled before its start', async () => {
    const counted = countedSignal();
    const thread = new GreenPool(1).with({ signal: counted.signal }).trySpawn(() => 1);

    thread?.cancel();

    expect(counted.listeners).toBe(0);
    await settle();
  });

  test('are at most one for waits on many handles, queues and waitall', async () => {
    const counted = countedSignal();
    const { signal } = counted;
    const pool = new GreenPool(2);
    const held = [await holdSlot(pool), await holdSlot(pool)];
    const waits = [
      ...held.map(({ thread }) => watch(thread.wait({ signal }))),
      watch(pool.waitall({ signal })),
    ];

    expect(counted.listeners).toBe(1);
    for (const { release } of held) release();
    await settle();

    expect(waits.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect([counted.peak, counted.listeners]).toEqual([1, 0]);
  });

  test('come back when the signal is used again', async () => {
    const counted = countedSignal();
    const pool = new GreenPool(1).with({ signal: counted.signal });
    await pool.run(() => 1);
    const run = pool.run(() => sleep(1000));

    counted.abort('reason');

    expect(await rejection(run)).toBe('reason');
  });
});

describe('a signal that many calls share', () => {
  test('that aborts rejects a queued call also when it makes room for it', async () => {
    const log: string[] = [];
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const view = pool.with({ signal: abort.signal });
    const admitted = view.trySpawn(() => log.push('admitted'));
    const queued = [
      watch(view.spawn(() => log.push('spawn'))),
      watch(view.spawnN(() => log.push('spawnN'))),
      watch(view.run(() => log.push('run'))),
    ];

    abort.abort('reason');
    await settle();

    expect(queued.map(({ state, error }) => [state, error])).toEqual(Array(3).fill(['failed', 'reason']));
    expect([admitted?.state, log, pool.running(), pool.waiting()]).toEqual(['killed', [], 0, 0]);
  });

  test('that aborts lets those through that do not share it', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const view = pool.with({ signal: abort.signal });
    void view.trySpawn(() => {});
    const [first, other, last] = [
      watch(view.run(() => 1)),
      watch(pool.run(() => 2)),
      watch(view.run(() => 3)),
    ];

    abort.abort('reason');
    await settle();

    expect([first.error, other.value, last.error]).toEqual(['reason', 2, 'reason']);
  });

  test('that aborts rejects children that wait in a lent slot, and they never run', async () => {
    const log: string[] = [];
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const view = pool.with({ signal: abort.signal });

    const outcomes = await pool.run(async () => {
      const children = [0, 1, 2].map((n) => watch(view.spawn(() => log.push(`child ${n}`))));
      const other = watch(pool.spawn(() => log.push('other')));
      abort.abort('reason');
      await settle();
      return [...children.slice(1), other].map(({ state, error }) => [state, error]);
    });

    expect(outcomes).toEqual([
      ['failed', 'reason'],
      ['failed', 'reason'],
      ['done', undefined],
    ]);
    expect([log, pool.running(), pool.waiting()]).toEqual([['other'], 0, 0]);
  });

  test('that aborts overflows no stack with 20,000 queued calls', { timeout: 20_000 }, async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const view = pool.with({ signal: abort.signal });
    let runs = 0;
    view.trySpawn(() => {
      runs += 1;
    });
    const reasons: unknown[] = [];
    for (let n = 0; n < 20_000; n += 1) {
      void view.spawn(() => (runs += 1)).catch((reason) => reasons.push(reason));
    }

    abort.abort('reason');
    await settle();

    expect([runs, reasons.length, new Set(reasons), pool.waiting()]).toEqual([
      0,
      20_000,
      new Set(['reason']),
      0,
    ]);
  });

  test('that aborts overflows no stack with 20,000 children in a lent slot', {
    timeout: 20_000,
  }, async () => {
    const abort = new AbortController();
    const pool = new GreenPool(1);
    const view = pool.with({ signal: abort.signal });
    let runs = 0;
    let rejected = 0;

    await pool.run(async () => {
      for (let n = 0; n < 20_000; n += 1) {
        void view.spawn(() => (runs += 1)).catch(() => (rejected += 1));
      }
      abort.abort('reason');
      await settle();
    });

    expect([runs, rejected, pool.running()]).toEqual([0, 19_999, 0]);
  });
});
