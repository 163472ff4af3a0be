import { describe, expect, test } from 'vitest';
import { type Blocked, Scope } from '../../../src/primitives/context.ts';
import { Deadlines } from '../../../src/primitives/deadlines.ts';
import { WaitQueue } from '../../../src/primitives/wait-queue.ts';
import { Waiter } from '../../../src/primitives/waiter.ts';
import { ManualClock, settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope, listeners } from './support.ts';

const clock = useManualClock();

describe('Waiter', () => {
  test('ends once, by whatever comes first', async () => {
    const waiter = new Waiter<number>('test').listen({ timeout: 10 });
    const seen = watch(waiter.promise);

    expect([waiter.grant(1), waiter.grant(2), waiter.fail('late')]).toEqual([true, false, false]);

    await clock.now.advance(10);
    expect([seen.value, waiter.isSettled]).toEqual([1, true]);
  });

  test('names what it waited for in a timeout', async () => {
    const seen = watch(new Waiter<number>('Thing.get()').listen({ timeout: 10 }).promise);

    await clock.now.advance(10);

    expect(seen.error).toMatchObject({ name: 'Timeout', message: expect.stringContaining('Thing.get()') });
  });

  test('a timeout of 0 is the next turn', async () => {
    const seen = watch(new Waiter<number>('test').listen({ timeout: 0 }).promise);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    expect(seen.state).toBe('pending');

    await settle();

    expect(seen.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 0 });
  });

  test('granted a promise wakes after what was resolved at once', async () => {
    const log: string[] = [];
    const waiter = new Waiter<void>('test').listen(undefined);
    void waiter.promise.then(() => log.push('waiter'));

    waiter.grant(Promise.resolve());
    expect(waiter.fail('late')).toBe(false);
    void Promise.resolve().then(() => log.push('other'));

    await settle();
    expect(log).toEqual(['other', 'waiter']);
  });
});

describe('WaitQueue', () => {
  test('a waiter taken out may give up before it is granted', async () => {
    const queue = new WaitQueue<number>('test');
    const first = watch(queue.park({ timeout: 5 }));
    const second = watch(queue.park(undefined));

    const taken = queue.shift();
    await clock.now.advance(5);

    expect([first.state, taken?.grant(1), queue.length]).toEqual(['failed', false, 1]);
    expect(queue.grantFirst(2)).toBe(true);
    await settle();
    expect([second.value, queue.length]).toEqual([2, 0]);
  });

  test.each([
    [0, [1, 2]],
    [1, [0, 2]],
    [2, [0, 1]],
  ])('number %s may leave and the others keep their order', async (index, order) => {
    const queue = new WaitQueue<number>('test');
    const controller = new AbortController();
    const log: number[] = [];
    for (const id of [0, 1, 2]) {
      const options = id === index ? { signal: controller.signal } : undefined;
      queue.park(options).then(
        () => log.push(id),
        () => {},
      );
    }

    controller.abort();
    expect(queue.length).toBe(2);
    queue.grantAll(0);

    await settle();
    expect([log, queue.length, queue.grantFirst(0)]).toEqual([order, 0, false]);
  });

  test('one who could not wait is not in it', async () => {
    const queue = new WaitQueue<number>('test');

    await expect(queue.park({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');

    expect(queue.length).toBe(0);
  });

  test('one signal ends all of its waiters in call order, and the listener goes with them', async () => {
    const queue = new WaitQueue<number>('test');
    const controller = new AbortController();
    const log: number[] = [];
    for (const id of [0, 1, 2]) queue.park({ signal: controller.signal }).catch(() => log.push(id));

    controller.abort();

    await settle();
    expect([log, queue.length, listeners(controller.signal)]).toEqual([[0, 1, 2], 0, 0]);
  });
});

describe('Scope.deliver', () => {
  test('reaches every wait, also when one that ends takes others with it', () => {
    const scope = new Scope();
    const ended: string[] = [];
    const blocked = (name: string, onEnd: () => void): Blocked => ({
      nextBlocked: undefined,
      previousBlocked: undefined,
      interrupt: () => {
        ended.push(name);
        onEnd();
      },
    });
    const a = blocked('a', () => {});
    const b = blocked('b', () => {});
    const c = blocked('c', () => scope.leave(b));
    for (const one of [a, b, c]) scope.enter(one);

    scope.deliver('killed');

    expect([ended, scope.firstBlocked, scope.takeUndelivered()]).toEqual([['c', 'a'], undefined, undefined]);
  });

  test('with nothing parked is kept for the next wait, undefined reason included', async () => {
    const { scope, result } = inScope(async () => {
      await Promise.resolve();
      return new WaitQueue('test').park(undefined).catch((reason) => [reason]);
    });

    scope.deliver(undefined);

    expect(await result).toEqual([undefined]);
  });
});

describe('Deadlines', () => {
  const target = (log: string[], name: string) => ({ expire: () => log.push(name) });

  test('expire in order of time, then of setting, on one timer', async () => {
    const manual = new ManualClock();
    const deadlines = new Deadlines(manual);
    const log: string[] = [];
    for (const [name, ms] of [
      ['c', 20],
      ['a', 10],
      ['b', 10],
    ] as const)
      deadlines.add(target(log, name), ms);
    expect(manual.pending).toBe(1);

    await manual.advance(20);

    expect([log, manual.pending]).toEqual([['a', 'b', 'c'], 0]);
  });

  test('taken back do not expire; with the last one goes the timer', async () => {
    const manual = new ManualClock();
    const deadlines = new Deadlines(manual);
    const log: string[] = [];
    const [a, b] = [deadlines.add(target(log, 'a'), 10), deadlines.add(target(log, 'b'), 20)];

    deadlines.remove(a);
    deadlines.remove(a);
    expect(manual.pending).toBe(1);
    deadlines.remove(b);

    expect(manual.pending).toBe(0);
    await manual.advance(20);
    expect(log).toEqual([]);
  });

  test('many taken back are swept, and the rest still expire', async () => {
    const manual = new ManualClock();
    const deadlines = new Deadlines(manual);
    const log: string[] = [];
    const all = Array.from({ length: 1000 }, (_, index) =>
      deadlines.add(target(log, `${index}`), 1000 - index),
    );
    for (const [index, deadline] of all.entries()) if (index % 100 !== 0) deadlines.remove(deadline);

    await manual.advance(1000);

    expect(log).toEqual(['900', '800', '700', '600', '500', '400', '300', '200', '100', '0']);
  });
});
