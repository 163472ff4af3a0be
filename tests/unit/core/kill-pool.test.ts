import { GreenletExit, GreenPool, sleep } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

useManualClock();

describe('GreenPool.kill', () => {
  test('kills every queued and running task, and those that are about to start', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const outcomes = [1, 2, 3, 4].map((n) => watch(pool.run(gates.task, n)));
    await settle();
    pool.resize(3);

    const killing = pool.kill('reason');
    gates.open(1, 2, 3, 4);
    await killing;

    expect(outcomes.map(({ error }) => error)).toEqual(['reason', 'reason', 'reason', 'reason']);
    expect(gates.started).toEqual([1, 2]);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('resolves when all slots are back', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    for (const n of [1, 2, 3]) void pool.spawn(gates.task, n);
    await settle();
    const killing = watch(pool.kill());

    gates.open(1);
    await settle();
    expect([killing.state, pool.running()]).toEqual(['pending', 1]);

    gates.open(2);
    await settle();
    expect([killing.state, pool.running()]).toEqual(['done', 0]);
  });

  test('has GreenletExit for its default reason', async () => {
    const pool = new GreenPool(1);
    const thread = await pool.spawn(() => sleep(1000));
    await settle();

    await pool.kill();

    expect(await rejection(thread.wait())).toBeInstanceOf(GreenletExit);
  });

  test('of an idle pool resolves, and a pool can be used after it', async () => {
    const pool = new GreenPool(1);
    await pool.kill();
    void pool.run(() => sleep(1000)).catch(() => {});
    await settle();

    await pool.kill();

    expect(await pool.run(() => 'again')).toBe('again');
  });

  test('through a view kills the whole pool', async () => {
    const pool = new GreenPool(1);
    const thread = await pool.spawn(() => sleep(1000));
    await settle();

    await pool.with({ name: 'view' }).kill('reason');

    expect(thread.state).toBe('killed');
  });

  test('does not kill what links spawn in the course of it', async () => {
    const pool = new GreenPool(1);
    const thread = await pool.spawn(() => sleep(1000));
    await settle();
    let later: Promise<string> | undefined;
    thread.link(() => {
      later = pool.run(() => 'later');
    });

    await pool.kill();

    expect(await later).toBe('later');
  });

  test('does not touch other pools, nor threads of none', async () => {
    const gates = new Gates<string>();
    const other = new GreenPool(1);
    const thread = await other.spawn(gates.task, 'other');

    await new GreenPool(1).kill();

    expect(thread.state).toBe('running');
    gates.open('other');
    await other.waitall();
  });

  test('of children in a full pool takes queued ones out of waitall, too', async () => {
    const pool = new GreenPool(0);
    const queued = watch(pool.spawn(() => 1));
    const idle = watch(pool.waitall());

    await pool.kill('reason');
    await settle();

    expect([queued.error, idle.state]).toEqual(['reason', 'done']);
  });
});

describe('GreenPool.kill in a member', () => {
  test('kills that one as well, and throws the reason at the await', async () => {
    const pool = new GreenPool(2);
    const other = await pool.spawn(() => sleep(1000));
    await settle();
    const log: unknown[] = [];
    const thread = await pool.spawn(async () => {
      log.push(await rejection(pool.kill('reason')));
      await sleep(0);
      log.push('cleaned up');
    });

    await pool.waitall();

    expect([other.state, thread.state, log]).toEqual(['killed', 'killed', ['reason', 'cleaned up']]);
  });

  test('rejects with ERR_POOL_DEADLOCK in a task of another pool below a member', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);
    let seen: unknown;
    const member = await a.spawn(async () => {
      await b.run(async () => {
        seen = await rejection(a.kill('reason'));
      });
    });

    await a.waitall();

    expect(seen).toMatchObject({ code: 'ERR_POOL_DEADLOCK' });
    expect(member.state).toBe('killed');
  });
});

describe('GreenPool.kill with open maps', () => {
  test('a pending next() rejects once, the source is closed, then done', async () => {
    const gates = new Gates<number>();
    const source = new CountedSource(naturals());
    const pool = new GreenPool(1);
    const map = pool.imap(gates.task, source);
    const pending = watch(map.next());
    const second = watch(map.next());
    await settle();

    const killing = pool.kill('reason');
    gates.open(0);
    await killing;
    await settle();

    expect(pending.error).toBe('reason');
    expect(second.value).toEqual({ value: undefined, done: true });
    expect(source.closed).toBe(1);
    expect(await map.next()).toEqual({ value: undefined, done: true });
    expect(gates.started).toEqual([0]);
  });

  test('the signal of a with() ends the maps made through it the same way, and no other work', async () => {
    const abort = new AbortController();
    const gates = new Gates<number>();
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);
    const other = await pool.spawn(gates.task, 99);
    const map = pool.with({ signal: abort.signal }).imap(gates.task, source);
    const pending = watch(map.next());
    await settle();

    abort.abort('reason');
    await settle();

    expect(pending.error).toBe('reason');
    expect(source.closed).toBe(1);
    expect(await map.next()).toEqual({ value: undefined, done: true });
    expect(other.state).toBe('running');
    gates.open(0, 99);
    await pool.waitall();
  });
});

describe.each([...Array(10).keys()])(
  'GreenPool.kill of a pool of size 1, after %i microtasks',
  (microtasks) => {
    test('leaves no queued caller of two maps that a member waits for at a time', async () => {
      const pool = new GreenPool(1);
      const a = pool.imap(async (n: number) => n, naturals(3));
      const b = pool.imap(async (n: number) => n, naturals(3));
      void watch(pool.run(() => Promise.allSettled([a.next(), b.next()])));
      for (let count = 0; count < microtasks; count += 1) await Promise.resolve();

      const killing = watch(pool.kill('reason'));
      await settle();
      const later = watch(pool.run(() => 'later'));
      await settle();

      expect([killing.state, pool.running(), pool.waiting(), later.value]).toEqual(['done', 0, 0, 'later']);
    });
  },
);

describe('GreenPool.kill with 4,000 open maps', () => {
  test('takes no longer than to begin them', async () => {
    const pool = new GreenPool(Number.POSITIVE_INFINITY);
    const gate = deferred();
    const start = process.cpuUsage();
    for (let n = 0; n < 4000; n += 1) void watch(pool.imap(() => gate.promise, [n]).next());
    await settle(2);
    const begun = process.cpuUsage(start).user;

    const killing = pool.kill('reason');

    // About half of it when each map is visited once; eight times as long when each one goes through all.
    expect(process.cpuUsage(start).user - begun).toBeLessThan(2 * begun);
    gate.resolve();
    await killing;
  }, 10_000);
});
