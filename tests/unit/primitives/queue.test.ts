import { describe, expect, test } from 'vitest';
import { Empty, Full } from '../../../src/errors.ts';
import { Queue } from '../../../src/primitives/queue.ts';
import { settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope, listeners, thrown } from './support.ts';

const clock = useManualClock();

describe('new Queue', () => {
  test.each([
    [undefined, null, false],
    [null, null, false],
    [-1, null, false],
    [Number.POSITIVE_INFINITY, null, false],
    [Number.NEGATIVE_INFINITY, null, false],
    [0, 0, true],
    [1, 1, false],
  ])('of %s has maxsize %s', (given, maxsize, isFull) => {
    const queue = new Queue<number>(given);

    expect([queue.maxsize, queue.full(), queue.empty(), queue.qsize()]).toEqual([maxsize, isFull, true, 0]);
  });

  test.each([Number.NaN, 1.5, -0.5, '3', {}, true])('of %s is a TypeError', (given) => {
    // @ts-expect-error: the wrong kind, on purpose
    expect(() => new Queue(given)).toThrow(TypeError);
  });
});

describe('Queue.put and Queue.get', () => {
  test('give items in the order in which they were put', async () => {
    const queue = new Queue<number>();

    for (const item of [1, 2, 3]) await queue.put(item);

    expect([await queue.get(), await queue.get(), await queue.get()]).toEqual([1, 2, 3]);
  });

  test('carry undefined and null', async () => {
    const queue = new Queue<null | undefined>();

    queue.putNowait(undefined);
    queue.putNowait(null);

    expect([await queue.get(), await queue.get()]).toEqual([undefined, null]);
  });

  test('put waits while the queue is full, and get lets the first putter in', async () => {
    const queue = new Queue<string>(1);
    queue.putNowait('a');
    const puts = ['b', 'c'].map((item) => watch(queue.put(item)));
    await settle();
    expect([puts[0]?.state, queue.putting(), queue.qsize()]).toEqual(['pending', 2, 1]);

    const item = await queue.get();

    expect(item).toBe('a');
    expect([queue.putting(), queue.qsize()]).toEqual([1, 1]);
    await settle();
    expect(puts.map((put) => put.state)).toEqual(['done', 'pending']);
  });

  test('get waits while the queue is empty, and getters are served in call order', async () => {
    const queue = new Queue<string>();
    const gets = [watch(queue.get()), watch(queue.get())];
    await settle();
    expect(queue.getting()).toBe(2);

    await queue.put('a');
    await queue.put('b');

    await settle();
    expect(gets.map((get) => get.value)).toEqual(['a', 'b']);
  });

  test('a newcomer does not overtake a getter that was served in the same turn', async () => {
    const queue = new Queue<string>();
    const parked = watch(queue.get());

    queue.putNowait('a');
    const newcomer = thrown(() => queue.getNowait());

    await settle();
    expect(newcomer).toBeInstanceOf(Empty);
    expect(parked.value).toBe('a');
  });

  test('a newcomer does not overtake a putter for whom room was made in the same turn', async () => {
    const queue = new Queue<string>(1);
    queue.putNowait('a');
    const parked = watch(queue.put('b'));

    queue.getNowait();
    const newcomer = thrown(() => queue.putNowait('c'));

    expect(newcomer).toBeInstanceOf(Full);
    expect(await queue.get()).toBe('b');
    await settle();
    expect(parked.state).toBe('done');
  });

  test('a getter goes on before the putter it made room for', async () => {
    const log: string[] = [];
    const queue = new Queue<string>(0);
    const put = queue.put('a').then(() => log.push('put done'));
    await settle();

    log.push(`got ${await queue.get()}`);
    log.push('after get');

    await put;
    expect(log).toEqual(['got a', 'after get', 'put done']);
  });
});

describe('Queue on a rendezvous', () => {
  test('put waits for its get, and the queue stays empty and full', async () => {
    const queue = new Queue<string>(0);

    const put = watch(queue.put('a'));
    await settle();

    expect([put.state, queue.qsize(), queue.putting(), queue.full(), queue.empty()]).toEqual([
      ...['pending', 0, 1],
      ...[true, true],
    ]);
    expect(await queue.get()).toBe('a');
    await settle();
    expect([put.state, queue.putting()]).toEqual(['done', 0]);
  });

  test('get waits for its put, which then does not wait', async () => {
    const queue = new Queue<string>(0);
    const get = watch(queue.get());

    await queue.put('a');

    await settle();
    expect(get.value).toBe('a');
  });

  test('putNowait hands to a waiting getter, otherwise throws Full', async () => {
    const queue = new Queue<string>(0);
    expect(() => queue.putNowait('a')).toThrow(Full);
    const get = queue.get();

    queue.putNowait('b');

    expect(await get).toBe('b');
    expect(() => queue.putNowait('c')).toThrow(Full);
  });

  test('getNowait takes from a waiting putter, otherwise throws Empty', async () => {
    const queue = new Queue<string>(0);
    expect(() => queue.getNowait()).toThrow(Empty);
    const put = queue.put('a');

    expect(queue.getNowait()).toBe('a');

    await put;
    expect(() => queue.getNowait()).toThrow(Empty);
  });
});

describe('Queue.putNowait and Queue.getNowait', () => {
  test('throw Full and Empty, with their codes', () => {
    const queue = new Queue<number>(1);

    expect(thrown(() => queue.getNowait())).toMatchObject({ name: 'Empty', code: 'ERR_QUEUE_EMPTY' });
    queue.putNowait(1);
    expect(thrown(() => queue.putNowait(2))).toMatchObject({ name: 'Full', code: 'ERR_QUEUE_FULL' });
    expect(queue.qsize()).toBe(1);
  });
});

describe('Queue.get that gives up', () => {
  test('after a timeout takes no item', async () => {
    const queue = new Queue<string>();
    const get = watch(queue.get({ timeout: 10 }));

    await clock.now.advance(10);
    queue.putNowait('a');

    expect(get.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 10 });
    expect([queue.getting(), queue.qsize(), queue.getNowait()]).toEqual([0, 1, 'a']);
  });

  test('after an abort takes no item and leaves no listener', async () => {
    const queue = new Queue<string>();
    const controller = new AbortController();
    const gone = watch(queue.get({ signal: controller.signal }));
    const stays = watch(queue.get());
    expect(listeners(controller.signal)).toBe(1);

    controller.abort('enough');
    queue.putNowait('a');

    await settle();
    expect([gone.error, stays.value]).toEqual(['enough', 'a']);
    expect(listeners(controller.signal)).toBe(0);
  });

  test('after a kill takes no item', async () => {
    const queue = new Queue<string>();
    const { scope, result } = inScope(() => watch(queue.get()));

    scope.deliver('killed');
    queue.putNowait('a');

    await settle();
    expect([result.error, queue.getNowait()]).toEqual(['killed', 'a']);
  });

  test('granted before its timeout in the same turn keeps the item', async () => {
    const queue = new Queue<string>();
    clock.now.setTimer(() => queue.putNowait('a'), 10);
    const get = watch(queue.get({ timeout: 10 }));

    await clock.now.advance(10);

    expect([get.value, queue.qsize()]).toEqual(['a', 0]);
  });

  test('timed out before a put in the same turn leaves the item to others', async () => {
    const queue = new Queue<string>();
    const get = watch(queue.get({ timeout: 10 }));
    clock.now.setTimer(() => queue.putNowait('a'), 10);

    await clock.now.advance(10);

    expect([get.state, queue.qsize()]).toEqual(['failed', 1]);
  });

  test('killed after the hand-off in the same turn still gets the item; the next wait throws the kill', async () => {
    const queue = new Queue<string>();
    const { scope, result } = inScope(async () => {
      const item = await queue.get();
      return [item, await queue.get().catch((reason) => reason)];
    });

    queue.putNowait('a');
    scope.deliver('killed');

    expect(await result).toEqual(['a', 'killed']);
    expect(queue.getting()).toBe(0);
  });

  test('leaves no timer and no listener when it gets its item', async () => {
    const { signal } = new AbortController();
    const queue = new Queue<string>();
    const get = queue.get({ signal, timeout: 1000 });

    queue.putNowait('a');

    expect([clock.now.pending, listeners(signal)]).toEqual([0, 0]);
    await get;
  });
});

describe('Queue.put that gives up', () => {
  test('after a timeout leaves no item, and the next putter keeps its place', async () => {
    const queue = new Queue<string>(1);
    queue.putNowait('a');
    const gone = watch(queue.put('b', { timeout: 10 }));
    const stays = watch(queue.put('c'));

    await clock.now.advance(10);

    expect(gone.error).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect([queue.putting(), queue.getNowait(), queue.getNowait()]).toEqual([1, 'a', 'c']);
    await settle();
    expect([stays.state, queue.empty(), queue.unfinishedTasks]).toEqual(['done', true, 2]);
  });

  test('with a signal that has aborted already puts nothing, room or not', async () => {
    const queue = new Queue<string>();

    const put = watch(queue.put('a', { signal: AbortSignal.abort('enough') }));

    await settle();
    expect([put.error, queue.qsize()]).toEqual(['enough', 0]);
  });

  test('with a bad option rejects and puts nothing', async () => {
    const queue = new Queue<string>();

    await expect(queue.put('a', { timeout: -1 })).rejects.toThrow(RangeError);
    await expect(queue.put('a', { timeout: Number.NaN })).rejects.toThrow(TypeError);
    // @ts-expect-error: the wrong kind, on purpose
    await expect(queue.put('a', { signal: 'stop' })).rejects.toThrow(TypeError);
    expect(queue.qsize()).toBe(0);
  });

  test('admitted and killed in the same turn has put its item', async () => {
    const queue = new Queue<string>(0);
    const { scope, result } = inScope(() => watch(queue.put('a')));

    const item = queue.getNowait();
    scope.deliver('killed');

    await settle();
    expect([item, result.state]).toEqual(['a', 'done']);
  });
});
