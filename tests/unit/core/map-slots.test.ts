import { GreenPool } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
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
