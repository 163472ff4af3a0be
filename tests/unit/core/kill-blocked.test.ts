import {
  Event,
  GreenPile,
  GreenPool,
  getcurrent,
  Queue,
  ResourcePool,
  Semaphore,
  sleep,
  spawn,
  withTimeout,
} from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';

useManualClock();

const never = () => new Promise<never>(() => {});

/** A pool whose only slot is held by code that ignores its kill. */
function fullPool(): GreenPool {
  const pool = new GreenPool(1);
  pool.trySpawn(never);
  return pool;
}

function fullQueue(): Queue<number> {
  const queue = new Queue<number>(1);
  queue.putNowait(1);
  return queue;
}

function emptyResources(): ResourcePool<string> {
  const resources = new ResourcePool({ create: () => 'resource', maxSize: 1 });
  void resources.get();
  return resources;
}

function pendingPile(): GreenPile<never> {
  const pile = new GreenPile<never>(1);
  void pile.spawn(never);
  return pile;
}

/** Calls that block for ever. Each row makes what it needs outside the task. */
const blocking: [string, () => () => Promise<unknown>][] = [
  ['sleep', () => () => sleep(Number.POSITIVE_INFINITY)],
  ['sleep with a timer', () => () => sleep(1000)],
  [
    'Queue.get',
    (queue = new Queue<number>()) =>
      () =>
        queue.get(),
  ],
  [
    'Queue.put',
    (queue = fullQueue()) =>
      () =>
        queue.put(2),
  ],
  [
    'Queue.join',
    (queue = fullQueue()) =>
      () =>
        queue.join(),
  ],
  [
    'a loop over a queue',
    (queue = new Queue<number>()) =>
      () =>
        queue[Symbol.asyncIterator]().next(),
  ],
  [
    'Semaphore.acquire',
    (semaphore = new Semaphore(0)) =>
      () =>
        semaphore.acquire(),
  ],
  [
    'Event.wait',
    (event = new Event()) =>
      () =>
        event.wait(),
  ],
  [
    'ResourcePool.get',
    (resources = emptyResources()) =>
      () =>
        resources.get(),
  ],
  [
    'ResourcePool.item',
    (resources = emptyResources()) =>
      () =>
        resources.item(() => 1),
  ],
  [
    'GreenThread.wait',
    (thread = spawn(never)) =>
      () =>
        thread.wait(),
  ],
  [
    'GreenThread.kill',
    (thread = spawn(never)) =>
      () =>
        thread.kill(),
  ],
  [
    'GreenPool.spawn',
    (pool = fullPool()) =>
      () =>
        pool.spawn(() => 1),
  ],
  [
    'GreenPool.spawnN',
    (pool = fullPool()) =>
      () =>
        pool.spawnN(() => 1),
  ],
  [
    'GreenPool.run, queued',
    (pool = fullPool()) =>
      () =>
        pool.run(() => 1),
  ],
  [
    'GreenPool.run, running',
    (pool = new GreenPool(1)) =>
      () =>
        pool.run(never),
  ],
  [
    'GreenPool.waitall',
    (pool = fullPool()) =>
      () =>
        pool.waitall(),
  ],
  [
    'GreenPool.close',
    (pool = fullPool()) =>
      () =>
        pool.close(),
  ],
  [
    'GreenPool.kill',
    (pool = fullPool()) =>
      () =>
        pool.kill(),
  ],
  [
    'GreenPile.spawn',
    (pile = new GreenPile(fullPool())) =>
      () =>
        pile.spawn(() => 1),
  ],
  [
    'GreenPile.next',
    (pile = pendingPile()) =>
      () =>
        pile.next(),
  ],
  [
    'GreenMap.next',
    (map = new GreenPool(1).imap(never, [1])) =>
      () =>
        map.next(),
  ],
  [
    'GreenMap.toArray',
    (map = new GreenPool(1).imap(never, [1])) =>
      () =>
        map.toArray(),
  ],
  ['withTimeout', () => () => withTimeout(Number.POSITIVE_INFINITY, never)],
];

describe('a kill of a task that is blocked', () => {
  test.each(blocking)(
    'in %s throws the reason there, and what comes after it works',
    async (_name, prepare) => {
      const log: unknown[] = [];
      const block = prepare();
      const reason = new Error('reason');
      const thread = spawn(async () => {
        try {
          await block();
        } finally {
          log.push(getcurrent()?.state);
          await sleep(0);
          log.push('cleaned up');
        }
      });
      await settle();
      expect(log).toEqual([]);

      void thread.kill(reason);
      await settle();

      expect(log).toEqual(['killed', 'cleaned up']);
      expect(await rejection(thread.wait())).toBe(reason);
    },
  );

  test('in several places throws in each of them, and in no later one', async () => {
    const log: unknown[] = [];
    const queue = new Queue<number>();
    const semaphore = new Semaphore(0);
    const thread = spawn(async () => {
      const ends = [sleep(1000), queue.get(), semaphore.acquire()].map((wait) => rejection(wait));
      log.push(await Promise.all(ends));
      await sleep(0);
      log.push('later');
    });
    await settle();

    await thread.kill('reason');

    expect(log).toEqual([['reason', 'reason', 'reason'], 'later']);
  });

  test('in one place while it awaits another is no unhandled rejection', async () => {
    const thread = spawn(async () => {
      void sleep(1000);
      void new Queue<number>().get();
      await sleep(1000);
    });
    await settle();

    await thread.kill('reason');
    await settle();

    expect(thread.state).toBe('killed');
  });

  test('below helpers and promise chains throws there', async () => {
    const queue = new Queue<number>();
    const helper = async () => {
      await Promise.resolve();
      return Promise.resolve().then(() => queue.get());
    };
    const thread = spawn(() => rejection(helper()));
    await settle();

    await thread.kill('reason');
    await queue.put(1);

    expect(queue.qsize()).toBe(1);
  });

  test('does not reach what a child is blocked in', async () => {
    const log: unknown[] = [];
    const semaphore = new Semaphore(0);
    const thread = spawn(async () => {
      spawn(() => semaphore.acquire().then(() => log.push('child')));
      await sleep(1000);
    });
    await settle();

    await thread.kill('reason');
    semaphore.release();
    await settle();

    expect(log).toEqual(['child']);
  });

  test('does not reach what others are blocked in', async () => {
    const semaphore = new Semaphore(0);
    const other = spawn(() => semaphore.acquire().then(() => 'other'));
    const thread = spawn(() => semaphore.acquire());
    await settle();

    await thread.kill('reason');
    semaphore.release();

    expect(await other.wait()).toBe('other');
  });
});
