import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const same = (n: number): number => n;

describe('GreenPool.imap, before the first next()', () => {
  test('the source is not touched, not even opened', async () => {
    const source = new CountedSource(naturals());

    new GreenPool(2).imap(same, source);

    await settle();
    expect([source.opened, source.pulled]).toEqual([0, 0]);
  });

  test('asking for the iterator or for settled() does not touch it either', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(same, source.sync);

    map[Symbol.asyncIterator]();
    map.settled();

    await settle();
    expect([source.opened, source.pulled]).toEqual([0, 0]);
  });

  test('return() does not open the source', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(same, source);

    await map.return();

    expect([await map.next(), source.opened]).toEqual([{ value: undefined, done: true }, 0]);
  });
});

describe('the read-ahead of a map', () => {
  test.each(['sync', 'async'] as const)('is twice the size, from a source that is %s', async (kind) => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(3).imap(same, kind === 'sync' ? source.sync : source);

    await map.next();

    await settle();
    expect(source.pulled).toBe(1 + 6);
  });

  test('moves on by one item for each item taken', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(same, source);
    const pulled: number[] = [];

    for (let taken = 1; taken <= 4; taken += 1) {
      await map.next();
      await settle();
      pulled.push(source.pulled);
    }

    expect(pulled).toEqual([5, 6, 7, 8]);
  });

  test('holds while the first item is slow, however fast the others are', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    gates.open(...Array.from(naturals(100)).slice(1));
    const map = new GreenPool(2).imap(gates.task, source);

    const first = watch(map.next());

    await settle();
    expect([first.state, source.pulled, gates.started.length]).toEqual(['pending', 4, 4]);
    gates.open(0);
    await settle();
    expect([first.value?.value, source.pulled]).toEqual([0, 5]);
  });

  test('holds in completion order as well', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imapUnordered(same, source);

    await map.next();

    await settle();
    expect(source.pulled).toBe(1 + 4);
  });

  test('counts an item that failed as one', async () => {
    const source = new CountedSource(naturals());
    const fails = (n: number): number | Promise<number> =>
      n === 0 ? Promise.reject(new Error('failed')) : n;
    const map = new GreenPool(2).imap(fails, source);

    await map.next().catch(() => undefined);

    await settle();
    expect(source.pulled).toBe(1 + 4);
  });

  test('is what with({ readAhead }) says, also below the size', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const map = new GreenPool(10).with({ readAhead: 3 }).imap(gates.task, source);

    void watch(map.next());

    await settle();
    expect([source.pulled, gates.running]).toEqual([3, 3]);
  });

  test('is what the constructor of the pool says', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2, { readAhead: 7 }).imap(same, source);

    await map.next();

    await settle();
    expect(source.pulled).toBe(1 + 7);
  });

  test('larger than the size does not run more calls at a time', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const map = new GreenPool(2).with({ readAhead: 5 }).imap(gates.task, source);

    void watch(map.next());

    await settle();
    expect([source.pulled, gates.started]).toEqual([5, [0, 1]]);
  });

  test('of Infinity takes all there is', async () => {
    const source = new CountedSource(naturals(5000));
    const map = new GreenPool(2).with({ readAhead: Number.POSITIVE_INFINITY }).imap(same, source.sync);

    await map.next();

    expect(source.pulled).toBe(5000);
  });

  test('of a pool of size Infinity is 1,000 items', async () => {
    const source = new CountedSource(naturals());
    const gates = new Gates<number>();
    const map = new GreenPool(Number.POSITIVE_INFINITY).imap(gates.task, source.sync);

    void watch(map.next());

    await settle();
    expect([source.pulled, gates.running]).toEqual([1000, 1000]);
  });

  test.each([0, -1, 1.5, Number.NaN])('of %d is refused in the call', (readAhead) => {
    const pool = new GreenPool(2);

    expect(() => pool.with({ readAhead })).toThrow(/readAhead.*got/);
  });

  test('does not grow with concurrent next() calls by more than they ask for', async () => {
    const source = new CountedSource(naturals());
    const map = new GreenPool(2).imap(same, source);

    await Promise.all([map.next(), map.next(), map.next()]);

    await settle();
    expect(source.pulled).toBe(3 + 4);
  });
});
