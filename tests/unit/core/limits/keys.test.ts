import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../../support/gates.ts';
import { rejection, thrown } from '../../../support/rejection.ts';
import { holdSlot } from '../../../support/slots.ts';
import { useManualClock } from '../../../support/time.ts';

const clock = useManualClock();
/** The letter of `a1` is its key. */
const letter = (item: string): string => item.charAt(0);

describe('key and perKey', () => {
  test('run no more of one key than its limit, and never let it block another', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(10, { key: letter, perKey: { limit: 1 } });

    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1']) void pool.spawnN(gates.task, item);
    await settle();
    expect(gates.started).toEqual(['a1', 'b1', 'c1']);
    expect(pool.stats()).toMatchObject({ running: 3, free: 7, waiting: { 'held:key': 2, queued: 0 } });

    gates.open('a1');
    await settle();
    expect(gates.started.slice(3)).toEqual(['a2']);
    gates.open('a2', 'a3', 'b1', 'c1');
    await pool.waitall();
  });

  test('serve keys in turn where slots are few', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1, { key: letter });
    const slot = await holdSlot(pool.with({ key: () => undefined }));
    const items = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'];

    for (const item of items) void pool.spawnN(gates.task, item);
    gates.open(...items);
    slot.release();
    await pool.waitall();

    expect(gates.started).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('serve the key with the most urgent caller first', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1, { key: letter });
    const slot = await holdSlot(pool.with({ key: () => undefined }));

    for (const item of ['a1', 'b1']) void pool.spawnN(gates.task, item);
    void pool.with({ priority: 1 }).spawnN(gates.task, 'b2');
    gates.open('a1', 'b1', 'b2');
    slot.release();
    await pool.waitall();

    expect(gates.started).toEqual(['b2', 'a1', 'b1']);
  });

  test('give each key a rate of its own', async () => {
    const at: string[] = [];
    const pool = new GreenPool(10, { key: letter, perKey: { rate: { limit: 1, interval: 100 } } });

    for (const item of ['a1', 'a2', 'b1', 'b2']) {
      void pool.spawnN((name: string) => void at.push(`${name}@${Math.round(clock.now.now())}`), item);
    }
    await settle();
    expect(pool.stats().waiting).toMatchObject({ 'held:rate': 2 });
    await clock.now.advance(100);

    expect(at).toEqual(['a1@0', 'b1@0', 'a2@100', 'b2@100']);
  });

  test('have one rate a key, however many views name it', async () => {
    const at: number[] = [];
    const pool = new GreenPool(10);
    for (let n = 0; n < 3; n += 1) {
      const view = pool.with({ key: 'host', perKey: { rate: { limit: 1, interval: 100 } } });
      void view.run(() => at.push(clock.now.now()));
    }

    await clock.now.advance(200);

    expect(at).toEqual([0, 100, 200]);
  });

  test('are not asked of an item that is an error already', async () => {
    const pool = new GreenPool(2);
    const broken = pool.imap(
      (n: number) => {
        if (n === 2) throw new Error('source');
        return { host: `h${n}` };
      },
      [1, 2],
    );
    const view = pool.with({
      key: (item: { host: string }) => item.host.toLowerCase(),
      retry: { attempts: 9 },
    });

    expect(
      await view
        .imap((item: { host: string }) => item.host, broken)
        .settled()
        .toArray(),
    ).toEqual([
      { status: 'fulfilled', value: 'h1' },
      { status: 'rejected', reason: new Error('source') },
    ]);
  });

  test('count a child of the same key in a lent slot with its spawner, so that neither waits for the other', async () => {
    const pool = new GreenPool(5, { perKey: { limit: 1 } });
    const view = pool.with({ key: 'host' });

    const result = await view.run(async () => (await view.run(() => 'child')) as string);

    expect(result).toBe('child');
    expect(pool.running()).toBe(0);
  });

  test('do not hang where two keys wait for each other', async () => {
    const pool = new GreenPool(5, { perKey: { limit: 1 } });
    const [a, b] = [pool.with({ key: 'a' }), pool.with({ key: 'b' })];
    const crossing = (mine: GreenPool, other: GreenPool): Promise<string> =>
      mine.run(async () => {
        await settle(1);
        return other.run(() => 'through');
      });

    expect(await Promise.all([crossing(a, b), crossing(b, a)])).toEqual(['through', 'through']);
  });

  test('ask a key function once a task, with its arguments', async () => {
    const asked: unknown[][] = [];
    const pool = new GreenPool(1);
    const view = pool.with({ key: (...args: unknown[]) => asked.push(args) });

    await Promise.all([view.run((a: number, b: number) => a + b, 1, 2), view.run(() => 'none')]);

    expect(asked).toEqual([[1, 2], []]);
  });

  test('make a key function that throws a failure of its task', async () => {
    const pool = new GreenPool(1);
    const view = pool.with({
      key: () => {
        throw new Error('no key');
      },
    });

    expect(await rejection(view.run(() => 1))).toEqual(new Error('no key'));
    expect(
      await view
        .imap((n: number) => n, [1])
        .settled()
        .toArray(),
    ).toEqual([{ status: 'rejected', reason: new Error('no key') }]);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('give the place of a withdrawn caller to the next one of its key', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(5, { key: letter, perKey: { limit: 1 } });
    const controller = new AbortController();
    void pool.spawnN(gates.task, 'a1');
    const withdrawn = pool.with({ signal: controller.signal }).spawn(gates.task, 'a2');
    void pool.spawnN(gates.task, 'a3');
    await settle();

    controller.abort(new Error('gone'));
    await rejection(withdrawn);
    gates.open('a1', 'a3');
    await pool.waitall();

    expect(gates.started).toEqual(['a1', 'a3']);
  });

  test('hold what the pool had queued before it had a key', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    void pool.spawnN(gates.task, 'first');
    void pool.spawnN(gates.task, 'second');

    void pool.with({ key: 'k' }).spawnN(gates.task, 'keyed');
    gates.open('first', 'second', 'keyed');
    await pool.waitall();

    expect(gates.started).toEqual(['first', 'second', 'keyed']);
  });

  test.each([
    [{ limit: 0 }, RangeError, /perKey\.limit must be >= 1, got 0/],
    [{ limit: 'x' }, TypeError, /perKey\.limit .* got "x"/],
    [{ rate: { limit: 1, interval: -1 } }, RangeError, /perKey\.rate\.interval must be >= 0 ms, got -1/],
    [null, TypeError, /perKey must be an object, got null/],
  ])('refuse %o in the call', (perKey, type, message) => {
    const error = thrown(() => new GreenPool(1, { perKey: perKey as never }));

    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
  });
});

describe('weight', () => {
  test('is the slots that a task takes', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(3);

    void pool.with({ weight: 2 }).spawnN(gates.task, 'heavy');
    void pool.spawnN(gates.task, 'light');
    void pool.spawnN(gates.task, 'late');
    await settle();

    expect(gates.started).toEqual(['heavy', 'light']);
    expect([pool.running(), pool.free(), pool.waiting()]).toEqual([3, 0, 1]);
    gates.open('heavy', 'light', 'late');
    await pool.waitall();
    expect([pool.running(), pool.free()]).toEqual([0, 3]);
  });

  test('makes a task at the head wait, and nobody overtakes it', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(3);
    for (const item of ['l1', 'l2']) void pool.spawnN(gates.task, item);
    void pool.with({ weight: 3 }).spawnN(gates.task, 'heavy');
    void pool.spawnN(gates.task, 'l3');
    await settle();
    expect(gates.started).toEqual(['l1', 'l2']);

    gates.open('l1');
    await settle();
    expect(gates.started).toEqual(['l1', 'l2']);
    gates.open('l2');
    await settle();
    expect(gates.started).toEqual(['l1', 'l2', 'heavy']);

    gates.open('heavy', 'l3');
    await pool.waitall();
  });

  test('above the size is a RangeError in the call', async () => {
    const pool = new GreenPool(3);
    const view = pool.with({ weight: 4 });
    const message = 'weight must be <= the size of the pool (3), got 4';

    expect(await rejection(view.run(() => 1))).toEqual(new RangeError(message));
    expect(await rejection(view.spawn(() => 1))).toEqual(new RangeError(message));
    expect(thrown(() => view.trySpawn(() => 1))).toEqual(new RangeError(message));
    expect(thrown(() => view.imap((n: number) => n, [1]))).toEqual(new RangeError(message));
  });

  test('of one that queued before a shrink lets it run alone', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(3);
    const slot = await holdSlot(pool);
    void pool.with({ weight: 3 }).spawnN(gates.task, 'heavy');

    pool.resize(2);
    slot.release();
    await settle();

    expect([gates.started, pool.running(), pool.free()]).toEqual([['heavy'], 3, -1]);
    gates.open('heavy');
    await pool.waitall();
    expect([pool.running(), pool.free()]).toEqual([0, 2]);
  });

  test('of one that queued before a shrink counts when the pool grows again', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(4);
    const slot = await holdSlot(pool);
    void pool.with({ weight: 4 }).spawnN(gates.task, 'heavy');
    pool.resize(1);
    slot.release();
    await settle();

    pool.resize(4);
    void pool.spawnN(gates.task, 'light');
    await settle();

    expect([gates.started, pool.free()]).toEqual([['heavy'], 0]);
    gates.open('heavy', 'light');
    await pool.waitall();
  });

  test('stays with the children that a task leaves in its slots', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const heavy = pool.with({ weight: 2 });

    await heavy.run(() => {
      void pool.spawn(gates.task, 'child');
    });
    await settle();
    expect(pool.running()).toBe(2);

    gates.open('child');
    await pool.waitall();
    expect(pool.running()).toBe(0);
  });

  test.each([
    [0, RangeError],
    [1.5, TypeError],
    [Number.POSITIVE_INFINITY, RangeError],
    ['2', TypeError],
  ])('refuses %o in the call', (weight, type) => {
    expect(thrown(() => new GreenPool(3).with({ weight: weight as never }))).toBeInstanceOf(type);
  });
});
