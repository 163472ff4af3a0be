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

useManualClock();

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
