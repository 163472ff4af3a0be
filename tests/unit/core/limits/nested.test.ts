import { GreenPile, GreenPool, sleep } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../../support/gates.ts';
import { useManualClock } from '../../../support/time.ts';
import { watch } from '../../../support/watch.ts';

const clock = useManualClock();
const HOUR = 3_600_000;

describe('a member of a pool with limits', () => {
  test('starts children side by side while slots are free, whoever else is held', async () => {
    const pool = new GreenPool(10);
    const gates = new Gates<string>();
    const keyed = pool.with({ key: 'a', perKey: { limit: 1 } });
    for (const item of ['a1', 'a2']) void keyed.spawn(gates.task, item);
    await settle();
    expect(pool.stats().waiting['held:key']).toBe(1);

    const ready = deferred<void>();
    const both = watch(
      pool.run(() => Promise.all([pool.run(() => ready.promise), pool.run(() => ready.resolve())])),
    );
    await settle();

    expect(both.state).toBe('done');
    gates.open('a1', 'a2');
    await pool.waitall();
  });

  test('starts children as a rate allows, not one after another', async () => {
    const pool = new GreenPool(100);
    const view = pool.with({ rate: { limit: 10, interval: 1000 } });
    const at: number[] = [];
    const parent = pool.run(() =>
      Promise.all(
        Array.from({ length: 5 }, () =>
          view.run(async () => {
            at.push(Math.round(clock.now.now()));
            await sleep(5000);
          }),
        ),
      ),
    );

    await clock.now.advance(6000);
    await parent;

    expect(at).toEqual([0, 100, 200, 300, 400]);
  });

  test('keeps to the limit of a key, while slots are free and when there are none', async () => {
    for (const size of [100, 20]) {
      let [now, most] = [0, 0];
      const pool = new GreenPool(size);
      const view = pool.with({ key: 'host', perKey: { limit: 2 } });
      const fetch = async (): Promise<void> => {
        now += 1;
        most = Math.max(most, now);
        await sleep(1);
        now -= 1;
      };

      const parents = Promise.all(Array.from({ length: 20 }, () => pool.run(() => view.run(fetch))));
      await clock.now.advance(20);
      await parents;

      expect([most, pool.running()]).toEqual([2, 0]);
    }
  });

  test('keeps to the limit of a key in a map that it reads', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(3);
    const view = pool.with({ key: 'host', perKey: { limit: 1 } });

    const items = watch(pool.run(() => view.imap(gates.task, [1, 2, 3]).toArray()));
    await settle();
    expect(gates.peak).toBe(1);
    gates.open(1, 2, 3);
    await settle();

    expect([items.value, gates.peak]).toEqual([[1, 2, 3], 1]);
  });

  test('keeps to the slots in a map of heavy items that it reads', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(4);

    const items = watch(pool.run(() => pool.with({ weight: 3 }).imap(gates.task, [1, 2, 3]).toArray()));
    await settle();
    expect([gates.peak, pool.running()]).toEqual([1, 4]);
    gates.open(1, 2, 3);
    await settle();

    expect([items.value, gates.peak, pool.running()]).toEqual([[1, 2, 3], 1, 0]);
  });

  test('gets heavy children, one at a time, where all slots are held by those who wait for one', async () => {
    let [now, most] = [0, 0];
    const pool = new GreenPool(8);
    const heavy = async (): Promise<void> => {
      now += 1;
      most = Math.max(most, now);
      await settle(1);
      now -= 1;
    };

    await Promise.all(Array.from({ length: 8 }, () => pool.run(() => pool.with({ weight: 8 }).run(heavy))));

    expect([most, pool.running(), pool.free()]).toEqual([1, 0, 8]);
  });

  test('is not held up by one child for a time that does not concern another', async () => {
    const pool = new GreenPool(1);
    const stop = new AbortController();
    const log: string[] = [];
    pool.with({ key: 'a' }).throttle(HOUR);
    const parent = pool.run(async () => {
      const held = pool.with({ key: 'a', signal: stop.signal }).run(() => log.push('held'));
      await pool.run(() => log.push('free'));
      log.push(...(await pool.imap((n: number) => `item ${n}`, [1, 2]).toArray()));
      stop.abort();
      await held.catch(() => log.push('withdrawn'));
    });

    await settle();
    await parent;

    expect(log).toEqual(['free', 'item 1', 'item 2', 'withdrawn']);
  });

  test('leaves no timer when its held child is withdrawn', async () => {
    const pool = new GreenPool(1);
    const stop = new AbortController();
    const parent = pool.run(async () => {
      pool.throttle(HOUR);
      await pool
        .with({ signal: stop.signal })
        .run(() => 1)
        .catch(() => {});
    });
    await settle();
    expect(clock.now.pending).toBe(1);

    stop.abort();
    await parent;

    expect([clock.now.pending, pool.running()]).toEqual([0, 0]);
  });

  test.each([
    ['a rate', new GreenPool(1, { rate: { limit: 1, interval: HOUR } }), () => {}],
    ['a pause', new GreenPool(1), (pool: GreenPool) => pool.pause()],
  ])('leaves children held by %s to a kill of the pool', async (_, pool, hold) => {
    const log: string[] = [];
    const parent = pool.run(() => {
      hold(pool);
      void pool.spawn(() => log.push('ran')).catch(() => {});
    });
    await parent;
    await settle();

    await pool.kill();
    pool.resume();
    await settle();

    expect([log, pool.running(), pool.waiting()]).toEqual([[], 0, 0]);
  });

  test('lends its slot to a retried item only while it waits for the map', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const done = deferred<void>();
    const parent = pool.run(async () => {
      const view = pool.with({ retry: { attempts: 2, base: 10, jitter: 'none' } });
      const map = view.imap(
        (n: number) => {
          log.push(`item ${n}`);
          throw new Error('flaky');
        },
        [1],
      );
      await map.next({ timeout: 5 }).catch(() => {});
      await done.promise;
      await map.return();
    });
    await clock.now.advance(100);
    done.resolve();
    await settle();
    await parent;

    expect(log).toEqual(['item 1']);
  });

  test('shares with a pile of heavy tasks what is free', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(3);
    void pool.spawnN(gates.task, 'other');
    const pile = new GreenPile(pool.with({ weight: 3 }));
    const taken = watch(
      pool.run(async () => {
        void pile.spawn(gates.task, 'heavy');
        return (await pile.next()).value;
      }),
    );
    await settle();
    expect(gates.started).toEqual(['other']);

    gates.open('other', 'heavy');
    await settle();

    expect([taken.value, pool.running()]).toEqual(['heavy', 0]);
  });
});
