import { GreenPile, GreenPool, type GreenThread } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';

const clock = useManualClock();

/** A member of a pool of size 1, and a pile whose items, queued from outside, have no slot but the member's. */
function memberAndPile(member: (pile: GreenPile<string>, gates: Gates<string>) => Promise<unknown>) {
  const gates = new Gates<string>();
  const pool = new GreenPool(1);
  const pile = new GreenPile<string>(pool);
  const thread = pool.trySpawn(member, pile, gates) as GreenThread<unknown>;
  for (const item of ['a', 'b']) void pile.spawn(gates.task, item);
  return { gates, pool, pile, outcome: watch(thread.wait()) };
}

describe('a member that waits in next()', () => {
  test("of a pile lends its slot to the pile's queued callers, though others made them", async () => {
    const { gates, pool, outcome } = memberAndPile((pile) => pile.toArray());
    expect([pool.running(), pool.waiting()]).toEqual([1, 2]);
    gates.open('a', 'b');

    await settle();

    expect(outcome.value).toEqual(['a', 'b']);
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('of a map that was made outside lends its slot to the items', async () => {
    const pool = new GreenPool(1);
    const map = pool.imap((n: number) => n * 2, [1, 2, 3]);

    const outcome = watch(pool.run(() => map.toArray()));
    await settle(20);

    expect(outcome.value).toEqual([2, 4, 6]);
  });

  test('of a pile lends to callers that come while it waits', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const pile = new GreenPile<string>(pool);
    const other = new GreenPool(1);
    void other.run(() => pile.spawn(gates.task, 'a'));
    const outcome = watch(pool.run(() => pile.next()));
    await settle();

    gates.open('a');
    await settle();

    expect(outcome.value).toEqual({ value: 'a', done: false });
    await pool.waitall();
  });

  test('lends to one of them at a time', async () => {
    const { gates, outcome } = memberAndPile((pile) => Promise.all([pile.next(), pile.next()]));

    await settle();
    expect(gates.started).toEqual(['a']);
    gates.open('a');
    await settle();
    expect(gates.started).toEqual(['a', 'b']);
    gates.open('b');
    await settle();

    expect(gates.peak).toBe(1);
    expect(outcome.state).toBe('done');
  });

  test('does not count a caller that moved into its slot as waiting, nor as running', async () => {
    const { gates, pool } = memberAndPile((pile) => pile.toArray());

    await settle();

    expect([gates.started, pool.running(), pool.waiting()]).toEqual([['a'], 1, 1]);
    gates.open('a', 'b');
    await pool.waitall();
  });

  test('lends to nobody but the callers of that pile', async () => {
    const { gates, pool } = memberAndPile((pile) => pile.toArray());
    const stranger = watch(pool.with({ priority: 9 }).run(() => 'stranger'));

    await settle();

    expect([gates.started, stranger.state]).toEqual([['a'], 'pending']);
    gates.open('a', 'b');
    await settle();
    expect(stranger.value).toBe('stranger');
  });

  test('lends no longer when the wait is over', async () => {
    const { gates, pool, outcome } = memberAndPile(async (pile, tasks) => {
      const error = await rejection(pile.next({ timeout: 5 }));
      await tasks.task('member');
      return error;
    });
    await clock.now.advance(5);
    expect(gates.started).toEqual(['a', 'member']);

    gates.open('a');
    await settle();
    expect(gates.started).toEqual(['a', 'member']);

    gates.open('member', 'b');
    await settle();
    expect(outcome.value).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(gates.started).toEqual(['a', 'member', 'b']);
    expect(pool.running()).toBe(0);
  });

  test('that ends while a caller runs in its slot leaves it the slot', async () => {
    const { gates, pool, outcome } = memberAndPile((pile) => rejection(pile.next({ timeout: 5 })));

    await clock.now.advance(5);
    expect(outcome.state).toBe('done');
    expect([pool.running(), pool.waiting(), gates.running]).toEqual([1, 1, 1]);

    gates.open('a', 'b');
    await settle();
    expect([pool.running(), gates.peak]).toEqual([0, 1]);
  });

  test('that ends with the wait left behind lends no more', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);
    const pile = new GreenPile<string>(pool);
    await pile.spawn(gates.task, 'first');
    await pool.run(() => void watch(pile.next()));
    const held = await holdSlot(pool);

    void pile.spawn(gates.task, 'second');
    await settle();

    expect([gates.started, pool.running(), pool.waiting()]).toEqual([['first'], 2, 1]);
    gates.open('first', 'second');
    held.release();
    await pool.waitall();
  });

  test('at size 0 lends as well', async () => {
    const { gates, pool, outcome } = memberAndPile((pile) => pile.toArray());
    pool.resize(0);
    gates.open('a', 'b');

    await settle();

    expect(outcome.value).toEqual(['a', 'b']);
  });

  test('and is killed: the wait throws, the caller in its slot goes on', async () => {
    const { gates, pool, pile, outcome } = memberAndPile((waited) => waited.next());
    await settle();

    void pool.kill('all');
    await settle();
    expect(outcome.error).toBe('all');
    expect(pile.length).toBe(1);

    gates.open('a');
    await pool.waitall();
    expect(await rejection(pile.next())).toBe('all');
    expect(pool.running()).toBe(0);
  });
});

describe.each(['made by itself', 'made outside'])(
  'a member between two next() calls of a map, %s',
  (maker) => {
    test.each(['imap', 'imapUnordered'] as const)('works with no item of %s beside it', async (method) => {
      const pool = new GreenPool(1);
      let atWork = 0;
      let peak = 0;
      const work = async (turns: number): Promise<void> => {
        atWork += 1;
        peak = Math.max(peak, atWork);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        atWork -= 1;
      };
      const make = () =>
        pool[method](
          async (n: number) => {
            await work(n % 3);
            return n;
          },
          [...Array(12).keys()],
        );
      const outside = make();
      const items: number[] = [];

      const outcome = watch(
        pool.run(async () => {
          const map = maker === 'made outside' ? outside : make();
          for (let item = await map.next(); item.done !== true; item = await map.next()) {
            items.push(item.value);
            await work(6);
          }
        }),
      );
      await settle(30);

      expect([outcome.state, items, peak]).toEqual(['done', [...Array(12).keys()], 1]);
    });
  },
);
