import { type GreenMap, GreenPool, spawn } from 'greenpool';
import { deferred, ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

describe('a map in the slots of its pool', () => {
  test('never runs more calls than the size', async () => {
    const gates = new Gates<number>();
    const results = watch(new GreenPool(3).imap(gates.task, naturals(10)).toArray());

    for (let n = 0; n < 10; n += 1) {
      await settle(2);
      gates.open(n);
    }

    await settle();
    expect([results.state, gates.peak, gates.started.length]).toEqual(['done', 3, 10]);
  });

  test('shares the size with other maps and with spawns', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const one = watch(pool.imap(gates.task, ['a', 'b', 'c']).toArray());
    const two = watch(pool.imapUnordered(gates.task, ['d', 'e', 'f']).toArray());
    const three = watch(pool.run(gates.task, 'g'));

    for (const name of 'abcdefg') {
      await settle(3);
      expect(pool.running()).toBeLessThanOrEqual(2);
      gates.open(name);
    }

    await settle();
    expect([one.value, two.value?.toSorted(), three.value]).toEqual([['a', 'b', 'c'], ['d', 'e', 'f'], 'g']);
    expect(gates.peak).toBe(2);
  });

  test('counts in running(), free() and waiting()', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);

    void watch(pool.imap(gates.task, naturals()).next());

    await settle();
    expect([pool.running(), pool.free(), pool.waiting()]).toEqual([2, 0, 2]);
  });

  test('makes waitall() wait for the items that were asked for', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(2);
    const results = watch(pool.imap(gates.task, [1, 2, 3]).toArray());
    const idle = watch(pool.waitall());

    gates.open(1, 2);
    await settle();
    expect(idle.state).toBe('pending');

    gates.open(3);
    await settle();
    expect([idle.state, results.value]).toEqual(['done', [1, 2, 3]]);
  });

  test('does not make waitall() wait for items that nobody has asked for', async () => {
    const pool = new GreenPool(1);
    const map = pool.imap((n: number) => n, naturals());
    await map.next();

    const idle = watch(pool.waitall());

    await settle();
    expect(idle.state).toBe('done');
  });

  test('grows with resize() at once, reading ahead included', async () => {
    const gates = new Gates<number>();
    const source = new CountedSource(naturals());
    const pool = new GreenPool(1);
    void watch(pool.imap(gates.task, source.sync).next());
    await settle();
    expect([gates.running, source.pulled]).toEqual([1, 2]);

    pool.resize(3);

    await settle();
    expect([gates.running, source.pulled]).toEqual([3, 6]);
  });

  test('reads further after a resize() also when nothing queues behind the slow first item', async () => {
    const gates = new Gates<number>();
    const source = new CountedSource(naturals());
    const pool = new GreenPool(2);
    gates.open(1, 2, 3);
    void watch(pool.imap(gates.task, source.sync).next());
    await settle();
    expect([pool.running(), pool.waiting(), source.pulled]).toEqual([1, 0, 4]);

    pool.resize(3);

    await settle();
    expect([pool.running(), source.pulled]).toEqual([3, 6]);
  });

  test('after a shrink starts nothing until there is room', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(3);
    void watch(pool.imap(gates.task, naturals()).toArray());
    await settle();

    pool.resize(1);
    gates.open(0, 1);
    await settle();
    expect(gates.started).toEqual([0, 1, 2]);

    gates.open(2);
    await settle();
    expect(gates.started).toEqual([0, 1, 2, 3]);
  });

  test('waits on a pool of size 0 until a resize', async () => {
    const pool = new GreenPool(0);
    const results = watch(pool.imap((n: number) => n * 2, [1, 2, 3]).toArray());
    await settle();
    expect(results.state).toBe('pending');

    pool.resize(1);

    await settle(20);
    expect(results.value).toEqual([2, 4, 6]);
  });

  test('does not overtake callers that queue', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    void watch(pool.run(gates.task, 'running'));
    void watch(pool.run(gates.task, 'queued'));
    void watch(pool.imap(gates.task, ['item']).next());

    gates.open('running');
    await settle();
    expect(gates.started).toEqual(['running', 'queued']);

    gates.open('queued');
    await settle();
    expect(gates.started).toEqual(['running', 'queued', 'item']);
  });

  test('goes first with a higher priority', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    void watch(pool.run(gates.task, 'running'));
    void watch(pool.run(gates.task, 'queued'));
    void watch(pool.with({ priority: 1 }).imap(gates.task, ['item']).next());

    gates.open('running');

    await settle();
    expect(gates.started).toEqual(['running', 'item']);
  });

  test('starts items in the order of the source', async () => {
    const started: number[] = [];

    await new GreenPool(4).imap((n: number) => started.push(n), naturals(20)).toArray();

    expect(started).toEqual([...naturals(20)]);
  });

  test('lets the event loop have its turns although no item ever waits', async () => {
    const clock = new ManualClock();
    const pool = new GreenPool(2, { clock, yieldEvery: 10 });
    let calls = 0;
    const map = pool.imap(() => {
      calls += 1;
      clock.burn(1);
    }, naturals());
    const loop = watch(map.toArray());

    await settle(1);

    expect(calls).toBeLessThan(50);
    await map.return();
    await settle();
    expect(loop.state).toBe('done');
  });
});

describe.each([true, false])('items of a map and other tasks, with context: %s', (context) => {
  describe.each<[string, (pool: GreenPool, task: () => unknown) => unknown]>([
    ['spawn', (pool, task) => pool.spawn(task)],
    ['spawnN', (pool, task) => pool.spawnN(task)],
    ['run', (pool, task) => pool.run(task)],
    ['trySpawn', (pool, task) => pool.trySpawn(task)],
  ])('start in the order of admission: %s', (_name, call) => {
    test('between the making of the map and its first next()', async () => {
      const log: string[] = [];
      const pool = new GreenPool(4, { context });
      const map = pool.imap((item: string) => log.push(item), ['item']);

      void call(pool, () => log.push('task'));
      await map.next();
      await pool.waitall();

      expect(log).toEqual(['task', 'item']);
    });

    test.each([...Array(7).keys()])('%i microtasks after next()', async (microtasks) => {
      const log: string[] = [];
      const pool = new GreenPool(4, { context });
      const map = pool.imap((item: string) => log.push(item), ['item']);
      const next = map.next();
      for (let count = 0; count < microtasks; count += 1) await Promise.resolve();
      const isItemFirst = log.length + pool.running() > 0;

      void call(pool, () => log.push('task'));
      await next;
      await pool.waitall();

      expect(log).toEqual(isItemFirst ? ['item', 'task'] : ['task', 'item']);
    });
  });

  test('start in the order of admission: several items, then tasks', async () => {
    const log: string[] = [];
    const pool = new GreenPool(9, { context });
    const items = pool.imap((item: string) => log.push(item), ['item 1', 'item 2', 'item 3']).toArray();
    while (pool.running() === 0) await Promise.resolve();
    expect([pool.running(), log]).toEqual([3, []]);

    for (const task of ['task 1', 'task 2']) void pool.spawn(() => log.push(task));
    await items;
    await pool.waitall();

    expect(log).toEqual(['item 1', 'item 2', 'item 3', 'task 1', 'task 2']);
  });

  test('start in the order of admission when a resize from 0 admits them', async () => {
    const log: string[] = [];
    const pool = new GreenPool(0, { context });
    const map = pool.with({ readAhead: 2 }).imap((item: string) => log.push(item), ['item 1', 'item 2']);
    void pool.spawn(() => log.push('before'));
    const items = watch(map.toArray());
    await settle();
    void pool.spawn(() => log.push('after'));
    expect(pool.waiting()).toBe(4);

    pool.resize(4);
    await pool.waitall();

    expect([log, items.state]).toEqual([['before', 'item 1', 'item 2', 'after'], 'done']);
  });
});

describe('waitall() and a map whose source is slow', () => {
  /** A source that gives an item, or its end, when told so. */
  function slow() {
    const answer = deferred<IteratorResult<number, undefined>>();
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => answer.promise, return: () => answer.promise }),
    };
    return { answer, source };
  }
  const asks = {
    'next()': (map: GreenMap<number>): Promise<unknown> => map.next(),
    'toArray()': (map: GreenMap<number>): Promise<unknown> => map.toArray(),
    'for await': async (map: GreenMap<number>): Promise<unknown> => {
      for await (const item of map) return item;
      return undefined;
    },
  };
  type Ask = keyof typeof asks;

  async function waiting(ask: Ask) {
    const { answer, source } = slow();
    const pool = new GreenPool(2);
    const map = pool.imap((n: number) => n, source);
    const item = watch(asks[ask](map));
    const idle = watch(pool.waitall());
    await settle();
    return { answer, pool, map, item, idle };
  }

  test.each(Object.keys(asks) as Ask[])('waits while a consumer is parked in %s', async (ask) => {
    const { idle, item } = await waiting(ask);

    expect([idle.state, item.state]).toEqual(['pending', 'pending']);
  });

  test.each(Object.keys(asks) as Ask[])('waits no longer when the source has ended: %s', async (ask) => {
    const { answer, idle, item } = await waiting(ask);

    answer.resolve({ value: undefined, done: true });
    await settle();

    expect([idle.state, item.state]).toEqual(['done', 'done']);
  });

  test('waits no longer when the source fails', async () => {
    const { answer, idle, item } = await waiting('next()');

    answer.reject('failed');
    await settle();

    expect([idle.state, item.error]).toEqual(['done', 'failed']);
  });

  test('waits no longer when the map is closed', async () => {
    const { map, idle, item } = await waiting('next()');

    await map.return();
    await settle();

    expect([idle.state, item.state]).toEqual(['done', 'done']);
  });

  test('waits no longer when the pool is killed', async () => {
    const { pool, idle } = await waiting('next()');

    await pool.kill('reason');
    await settle();

    expect(idle.state).toBe('done');
  });

  test('waits no longer when the consumer has given up', async () => {
    const abort = new AbortController();
    const pool = new GreenPool(2);
    const map = pool.imap((n: number) => n, slow().source);
    const item = watch(map.next({ signal: abort.signal }));
    const idle = watch(pool.waitall());
    await settle();

    abort.abort('enough');
    await settle();

    expect([item.error, idle.state]).toEqual(['enough', 'done']);
  });

  test('waits no longer when the consumer was killed', async () => {
    const pool = new GreenPool(2);
    const map = pool.imap((n: number) => n, slow().source);
    const consumer = spawn(() => map.next());
    await settle();
    const idle = watch(pool.waitall());
    await settle();
    expect(idle.state).toBe('pending');

    await consumer.kill('reason');
    await settle();

    expect(idle.state).toBe('done');
  });

  test('does not wait for a map that nobody asks', async () => {
    const gate = deferred();
    const pool = new GreenPool(2);
    async function* numbers(): AsyncGenerator<number> {
      yield 1;
      await gate.promise;
    }
    const map = pool.imap((n: number) => n, numbers());
    await map.next();
    const idle = watch(pool.waitall());

    await settle();

    expect(idle.state).toBe('done');
    gate.resolve();
    expect(await map.next()).toEqual({ value: undefined, done: true });
  });
});
