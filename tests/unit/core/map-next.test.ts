import { GreenPool, Timeout } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { CountedSource, naturals } from '../../support/counted-source.ts';
import { Gates } from '../../support/gates.ts';
import { watch } from '../../support/watch.ts';

const end = { value: undefined, done: true };

describe('concurrent GreenMap.next() calls', () => {
  test('each get their own item, in order', async () => {
    const map = new GreenPool(2).imap((n: number) => n, naturals(5));

    const items = await Promise.all([map.next(), map.next(), map.next()]);

    expect(items.map(({ value }) => value)).toEqual([0, 1, 2]);
    expect(await map.next()).toEqual({ value: 3, done: false });
  });

  test('beyond the end are done, and none hangs', async () => {
    const map = new GreenPool(1).imap((n: number) => n, naturals(2));

    const items = await Promise.all([map.next(), map.next(), map.next(), map.next()]);

    expect(items).toEqual([{ value: 0, done: false }, { value: 1, done: false }, end, end]);
  });

  test('an error goes to the call whose turn it is, the others are not touched', async () => {
    const failure = new Error('failed');
    const map = new GreenPool(2).imap((n: number) => (n === 1 ? Promise.reject(failure) : n), naturals(3));

    const outcomes = await Promise.allSettled([map.next(), map.next(), map.next()]);

    expect(outcomes).toEqual([
      { status: 'fulfilled', value: { value: 0, done: false } },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: { value: 2, done: false } },
    ]);
  });

  test('do not overtake one another when an item is there already', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(2).imap(gates.task, naturals(2));
    gates.open(1);
    const first = watch(map.next());
    await settle();

    const second = watch(map.next());
    await settle();
    expect(second.state).toBe('pending');

    gates.open(0);
    await settle();
    expect([first.value?.value, second.value?.value]).toEqual([0, 1]);
  });

  test('ask a source that has not answered only once', async () => {
    let asked = 0;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          asked += 1;
          return new Promise(() => {});
        },
      }),
    };
    const map = new GreenPool(2).imap((n: number) => n, source);

    void watch(map.next());
    void watch(map.next());

    await settle();
    expect(asked).toBe(1);
  });
});

describe('GreenMap.next with a signal', () => {
  test('that aborts rejects with its reason, and the item goes to the next call', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(1).imap(gates.task, naturals(2));
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const aborted = watch(map.next({ signal: controller.signal }));
    await settle();

    controller.abort(reason);
    gates.open(0, 1);

    await settle();
    expect(aborted.error).toBe(reason);
    expect((await map.toArray()).concat()).toEqual([0, 1]);
  });

  test('that has aborted takes nothing, not even from a source', async () => {
    const source = new CountedSource(naturals(2));
    const map = new GreenPool(1).imap((n: number) => n, source);

    await expect(map.next({ signal: AbortSignal.abort('no') })).rejects.toBe('no');

    expect([await map.next(), await map.next(), await map.next()].map(({ value }) => value)).toEqual([
      0,
      1,
      undefined,
    ]);
  });

  test('that aborts later does not end the map', async () => {
    const controller = new AbortController();
    const map = new GreenPool(1).imap((n: number) => n, naturals(2));
    await map.next({ signal: controller.signal });

    controller.abort();

    expect(await map.next()).toEqual({ value: 1, done: false });
  });

  test('aborting one of several parked calls moves the others up', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(2).imap(gates.task, naturals(2));
    const controller = new AbortController();
    const first = watch(map.next());
    const aborted = watch(map.next({ signal: controller.signal }));
    const third = watch(map.next());

    controller.abort('gone');
    gates.open(0, 1);

    await settle();
    expect([first.value?.value, aborted.error, third.value?.value]).toEqual([0, 'gone', 1]);
  });
});

describe('GreenMap.next with a timeout', () => {
  test('that passes rejects with a Timeout and loses nothing', async () => {
    const clock = new ManualClock();
    const gates = new Gates<number>();
    const map = new GreenPool(1, { clock }).imap(gates.task, naturals(2));
    const expired = watch(map.next({ timeout: 50 }));

    await clock.advance(49);
    expect(expired.state).toBe('pending');
    await clock.advance(1);
    expect(expired.error).toBeInstanceOf(Timeout);

    gates.open(0, 1);
    expect(await map.toArray()).toEqual([0, 1]);
    expect(clock.pending).toBe(0);
  });

  test('leaves no timer behind when the item comes in time', async () => {
    const clock = new ManualClock();
    const map = new GreenPool(1, { clock }).imap((n: number) => n, naturals(2));

    await map.next({ timeout: 50 });

    expect(clock.pending).toBe(0);
  });

  test('that passes while the source has yet to answer loses nothing', async () => {
    const clock = new ManualClock();
    let answer: (result: IteratorResult<number>) => void = () => {};
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      }),
    };
    const map = new GreenPool(1, { clock }).imap((n: number) => n, source);
    const expired = watch(map.next({ timeout: 5 }));
    await clock.advance(5);

    const next = watch(map.next());
    answer({ value: 7, done: false });

    await settle();
    expect([expired.state, next.value]).toEqual(['failed', { value: 7, done: false }]);
  });

  test.each([-1, Number.NaN])('of %d rejects, and the map goes on', async (timeout) => {
    const map = new GreenPool(1).imap((n: number) => n, naturals(1));

    await expect(map.next({ timeout })).rejects.toThrow(/timeout/);

    expect(await map.next()).toEqual({ value: 0, done: false });
  });
});

describe('GreenMap.next in a green thread that is killed', () => {
  test('throws the reason, and its item goes to the next call', async () => {
    const gates = new Gates<number>();
    const map = new GreenPool(1).imap(gates.task, naturals(2));
    const consumer = await new GreenPool(1).spawn(async () => map.next());
    await settle();

    await consumer.kill('stop');
    gates.open(0, 1);

    await expect(consumer.wait()).rejects.toBe('stop');
    expect(await map.toArray()).toEqual([0, 1]);
  });

  test('before the call throws the reason and takes nothing', async () => {
    const gates = new Gates<string>();
    const map = new GreenPool(1).imap((n: number) => n, naturals(1));
    const thrown: unknown[] = [];
    const consumer = await new GreenPool(1).spawn(async () => {
      await gates.task('before');
      await map.next().catch((error: unknown) => thrown.push(error));
    });
    await settle();

    const killed = consumer.kill('stop');
    gates.open('before');

    await killed;
    expect(thrown).toEqual(['stop']);
    expect(await map.next()).toEqual({ value: 0, done: false });
  });
});

describe('a promise of GreenMap.next that nobody awaits', () => {
  test('keeps its item', async () => {
    const map = new GreenPool(2).imap((n: number) => n, naturals(3));

    void map.next();

    expect(await map.next()).toEqual({ value: 1, done: false });
  });
});
