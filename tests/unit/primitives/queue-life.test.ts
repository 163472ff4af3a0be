import { describe, expect, test } from 'vitest';
import { Empty } from '../../../src/errors.ts';
import { Queue } from '../../../src/primitives/queue.ts';
import { settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope, thrown } from './support.ts';

const clock = useManualClock();
const closed = { code: 'ERR_QUEUE_CLOSED' };

describe('Queue.resize', () => {
  test('growing admits exactly as many putters as there is new room, at once and in order', async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(0);
    const puts = [1, 2, 3, 4].map((item) => watch(queue.put(item)));

    queue.resize(3);

    expect([queue.qsize(), queue.putting()]).toEqual([3, 2]);
    await settle();
    expect(puts.map((put) => put.state)).toEqual(['done', 'done', 'pending', 'pending']);
    expect([0, 1, 2, 3, 4].map(() => queue.getNowait())).toEqual([0, 1, 2, 3, 4]);
  });

  test('turns a rendezvous into a queue, whose putters come in', async () => {
    const queue = new Queue<number>(0);
    const put = watch(queue.put(1));

    queue.resize(null);

    await settle();
    expect([put.state, queue.qsize(), queue.maxsize]).toEqual(['done', 1, null]);
  });

  test('shrinking keeps the items and admits nobody until there is room', async () => {
    const queue = new Queue<number>(3);
    for (const item of [1, 2, 3]) queue.putNowait(item);
    const put = watch(queue.put(4));

    queue.resize(1);
    queue.getNowait();
    queue.getNowait();

    await settle();
    expect([put.state, queue.qsize(), queue.full()]).toEqual(['pending', 1, true]);
    expect(queue.getNowait()).toBe(3);
    await settle();
    expect([put.state, queue.qsize()]).toEqual(['done', 1]);
  });

  test('with a wrong size is a TypeError and changes nothing', () => {
    const queue = new Queue<number>(2);

    expect(() => queue.resize(1.5)).toThrow(TypeError);
    expect(queue.maxsize).toBe(2);
  });
});

describe('Queue.join', () => {
  test('resolves at once on a fresh queue', async () => {
    await new Queue().join();
  });

  test('waits until taskDone was called for every item, and works again afterwards', async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.putNowait(2);
    const joins = [watch(queue.join()), watch(queue.join())];

    queue.getNowait();
    queue.taskDone();
    queue.getNowait();
    await settle();
    expect([queue.unfinishedTasks, joins[0]?.state]).toEqual([1, 'pending']);
    queue.taskDone();

    await settle();
    expect(joins.map((join) => join.state)).toEqual(['done', 'done']);
    queue.putNowait(3);
    expect(watch(queue.join()).state).toBe('pending');
    queue.taskDone();
  });

  test('counts an item once its put is through, also one handed over directly', async () => {
    const queue = new Queue<number>(0);
    const put = queue.put(1);
    expect(queue.unfinishedTasks).toBe(0);

    queue.getNowait();

    await put;
    expect(queue.unfinishedTasks).toBe(1);
    const get = queue.get();
    queue.putNowait(2);
    await get;
    expect(queue.unfinishedTasks).toBe(2);
  });

  test('that times out rejects alone', async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    const impatient = watch(queue.join({ timeout: 5 }));
    const patient = watch(queue.join());

    await clock.now.advance(5);
    queue.taskDone();

    await settle();
    expect([impatient.state, patient.state]).toEqual(['failed', 'done']);
  });
});

describe('Queue.taskDone', () => {
  test('called more often than put throws', () => {
    expect(thrown(() => new Queue().taskDone())).toMatchObject({ code: 'ERR_QUEUE_TASK_DONE' });
  });
});

describe('Queue.close', () => {
  test('refuses later puts, and rejects parked ones without their items', async () => {
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const parked = watch(queue.put(2));

    queue.close();

    await expect(queue.put(3)).rejects.toMatchObject(closed);
    expect(thrown(() => queue.putNowait(4))).toMatchObject(closed);
    expect([parked.error, queue.putting()]).toMatchObject([closed, 0]);
  });

  test('leaves the items to be taken, then get rejects', async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.putNowait(2);

    queue.close();
    queue.close();

    expect([await queue.get(), queue.getNowait()]).toEqual([1, 2]);
    await expect(queue.get()).rejects.toMatchObject(closed);
    expect(thrown(() => queue.getNowait())).toMatchObject(closed);
  });

  test('rejects parked getters', async () => {
    const queue = new Queue<number>();
    const get = watch(queue.get());

    queue.close();

    await settle();
    expect([get.error, queue.getting()]).toMatchObject([closed, 0]);
  });

  test('leaves join working', async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    queue.close();
    const join = watch(queue.join());

    await queue.get();
    queue.taskDone();

    await settle();
    expect(join.state).toBe('done');
  });
});

describe('Queue[Symbol.asyncIterator]', () => {
  test('gives every item, and ends when the queue is closed and drained', async () => {
    const queue = new Queue<number>(1);
    const producer = (async () => {
      for (const item of [1, 2, 3]) await queue.put(item);
      queue.close();
    })();
    const items: number[] = [];

    for await (const item of queue) items.push(item);

    await producer;
    expect(items).toEqual([1, 2, 3]);
  });

  test('ends a pending next when the queue closes, and stays done', async () => {
    const queue = new Queue<number>();
    const iterator = queue[Symbol.asyncIterator]();
    const pending = iterator.next();

    queue.close();

    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('shares the items among several iterators, in call order', async () => {
    const queue = new Queue<number>();
    const [one, two] = [queue[Symbol.asyncIterator](), queue[Symbol.asyncIterator]()];
    const results = Promise.all([one.next(), two.next(), one.next()]);

    for (const item of [1, 2, 3]) queue.putNowait(item);

    expect((await results).map((result) => result.value)).toEqual([1, 2, 3]);
  });

  test('left by a break leaves the queue open', async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);

    for await (const _ of queue) break;

    queue.putNowait(2);
    expect(queue.getNowait()).toBe(2);
  });

  test('return ends a pending next, which takes no item', async () => {
    const queue = new Queue<number>();
    const iterator = queue[Symbol.asyncIterator]();
    const pending = iterator.next();

    await iterator.return?.();
    queue.putNowait(1);

    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(queue.getNowait()).toBe(1);
  });

  test('next throws a kill, then goes on', async () => {
    const queue = new Queue<number>();
    const { scope, result } = inScope(async () => {
      const iterator = queue[Symbol.asyncIterator]();
      const reason = await iterator.next().catch((error) => error);
      queue.putNowait(1);
      return [reason, await iterator.next()];
    });

    scope.deliver('killed');

    expect(await result).toEqual(['killed', { done: false, value: 1 }]);
    expect(() => queue.getNowait()).toThrow(Empty);
  });

  test('a kill with the closing error of another queue is no end', async () => {
    const other = new Queue<number>();
    other.close();
    const reason = thrown(() => other.getNowait());
    const queue = new Queue<number>();
    const { scope, result } = inScope(() => watch(queue[Symbol.asyncIterator]().next()));

    scope.deliver(reason);

    await settle();
    expect(result.error).toBe(reason);
  });
});
