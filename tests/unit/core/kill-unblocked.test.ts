import {
  Event,
  GreenPile,
  GreenPool,
  Queue,
  ResourcePool,
  Semaphore,
  sleep,
  spawn,
  withTimeout,
} from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';
import { useUnhandled } from '../../support/unhandled.ts';

const clock = useManualClock();
const unhandled = useUnhandled();

function fullQueue(): Queue<number> {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  return queue;
}

const sentEvent = () => {
  const event = new Event<number>();
  event.send(1);
  return event;
};

/** Calls that have no reason to block. */
const free: [string, () => () => Promise<unknown>][] = [
  ['sleep(0)', () => () => sleep(0)],
  [
    'Queue.get',
    (queue = fullQueue()) =>
      () =>
        queue.get(),
  ],
  [
    'Queue.put',
    (queue = new Queue<number>()) =>
      () =>
        queue.put(1),
  ],
  [
    'Queue.join',
    (queue = new Queue<number>()) =>
      () =>
        queue.join(),
  ],
  [
    'Semaphore.acquire',
    (semaphore = new Semaphore(1)) =>
      () =>
        semaphore.acquire(),
  ],
  [
    'Event.wait',
    (event = sentEvent()) =>
      () =>
        event.wait(),
  ],
  [
    'ResourcePool.get',
    (pool = new ResourcePool({ create: () => 1 })) =>
      () =>
        pool.get(),
  ],
  [
    'GreenThread.wait',
    (thread = spawn(() => 1)) =>
      () =>
        thread.wait(),
  ],
  [
    'GreenPool.spawn',
    (pool = new GreenPool(1)) =>
      () =>
        pool.spawn(() => 1),
  ],
  [
    'GreenPool.spawnN',
    (pool = new GreenPool(1)) =>
      () =>
        pool.spawnN(() => 1),
  ],
  [
    'GreenPool.run',
    (pool = new GreenPool(1)) =>
      () =>
        pool.run(() => 1),
  ],
  [
    'GreenPool.waitall',
    (pool = new GreenPool(1)) =>
      () =>
        pool.waitall(),
  ],
  [
    'GreenPile.spawn',
    (pile = new GreenPile(1)) =>
      () =>
        pile.spawn(() => 1),
  ],
  [
    'GreenPile.next',
    (pile = new GreenPile(1)) =>
      () =>
        pile.next(),
  ],
  [
    'GreenMap.next',
    (map = new GreenPool(1).imap(null, [1])) =>
      () =>
        map.next(),
  ],
  ['withTimeout', () => () => withTimeout(1000, () => 1)],
];

/** A pile with an item that waits for ever. */
function filledPile(): GreenPile<number> {
  const pile = new GreenPile<number>(0);
  pile.spawn(() => 1).catch(() => {});
  return pile;
}

/** A pool that never makes a resource. */
const emptyResources = () => new ResourcePool({ create: () => new Promise<number>(() => {}), maxSize: 1 });

/** Calls that wait for ever. */
const blocking: [string, () => () => Promise<unknown>][] = [
  ['sleep', () => () => sleep(1000)],
  ['Queue.get', () => () => new Queue<number>().get()],
  ['Queue.put', () => () => fullQueue().put(2)],
  ['next() of a queue', () => () => new Queue<number>()[Symbol.asyncIterator]().next()],
  ['Semaphore.acquire', () => () => new Semaphore(0).acquire()],
  ['Event.wait', () => () => new Event<number>().wait()],
  ['GreenThread.wait', () => () => spawn(() => new Promise(() => {})).wait()],
  ['GreenPool.spawn', () => () => new GreenPool(0).spawn(() => 1)],
  ['GreenPool.spawnN', () => () => new GreenPool(0).spawnN(() => 1)],
  ['GreenPool.run', () => () => new GreenPool(0).run(() => 1)],
  ['GreenMap.next', () => () => new GreenPool(0).imap(null, [1]).next()],
  ['GreenMap.toArray', () => () => new GreenPool(0).imap(null, [1]).toArray()],
  ['GreenPile.next', () => () => filledPile().next()],
  ['GreenPile.toArray', () => () => filledPile().toArray()],
  ['GreenThread.kill', () => () => spawn(() => new Promise(() => {})).kill()],
  ['withTimeout', () => () => withTimeout(1000, () => new Promise(() => {}))],
  ['ResourcePool.get', () => () => emptyResources().get()],
  ['ResourcePool.item', () => () => emptyResources().item(() => 1)],
];

describe('a kill of a task that is not blocked in greenpool', () => {
  test.each(free)('is thrown by the next call, here %s, and by no later one', async (_name, prepare) => {
    const log: unknown[] = [];
    const call = prepare();
    const gate = deferred();
    const thread = spawn(async () => {
      await gate.promise;
      log.push(await rejection(call()));
      await sleep(0);
      log.push('cleaned up');
    });
    await settle();

    void thread.kill('reason');
    gate.resolve();
    await settle();

    expect(log).toEqual(['reason', 'cleaned up']);
  });

  test('takes nothing away: the call that throws leaves its item where it was', async () => {
    const queue = fullQueue();
    const gate = deferred();
    const thread = spawn(() => gate.promise.then(() => queue.get()));
    await settle();

    const killed = thread.kill('reason');
    gate.resolve();
    await killed;

    expect(queue.getNowait()).toBe(1);
  });

  test('is forgotten when the task ends without another call', async () => {
    const gate = deferred();
    const left = deferred();
    const log: string[] = [];
    const thread = spawn(async () => {
      void left.promise.then(() => sleep(0)).then(() => log.push('slept'));
      await gate.promise;
    });
    await settle();
    const killed = thread.kill('reason');
    gate.resolve();
    await killed;

    left.resolve();
    await settle();

    expect(log).toEqual(['slept']);
  });
});

describe('a kill after a withTimeout whose function ignored its own', () => {
  test('is thrown by the next call', async () => {
    const gate = deferred();
    const log: unknown[] = [];
    const thread = spawn(async () => {
      await withTimeout(5, () => new Promise(() => {})).catch(() => {});
      log.push('went on');
      await gate.promise;
      log.push(await rejection(sleep(0)));
    });
    await clock.now.advance(5);
    expect(log).toEqual(['went on']);

    void thread.kill('reason');
    gate.resolve();
    await settle();

    expect(log).toEqual(['went on', 'reason']);
  });

  test('is thrown by a call that blocks', async () => {
    const log: unknown[] = [];
    const thread = spawn(async () => {
      await withTimeout(5, () => new Promise(() => {})).catch(() => {});
      log.push(await rejection(sleep(1000)));
    });
    await clock.now.advance(5);

    await thread.kill('reason');

    expect(log).toEqual(['reason']);
  });
});

describe('a call of a task with a kill that nothing has thrown yet', () => {
  test.each([...free, ...blocking])(
    'is no unhandled rejection when nobody awaits it, here %s',
    async (_name, prepare) => {
      const call = prepare();
      const gate = deferred();
      const thread = spawn(async () => {
        await gate.promise;
        void call();
      });
      await settle();

      const killed = thread.kill('reason');
      gate.resolve();
      await killed;
      await settle();

      expect(unhandled).toEqual([]);
    },
  );
});

describe('a call that a killed task was blocked in', () => {
  test.each(blocking)('is no unhandled rejection when nobody awaits it, here %s', async (_name, prepare) => {
    const call = prepare();
    const gate = deferred();
    const thread = spawn(async () => {
      void call();
      await gate.promise;
    });
    await settle();

    const killed = thread.kill('reason');
    gate.resolve();
    await killed;
    await settle();

    expect(unhandled).toEqual([]);
  });
});
