import { GreenPool, type GreenThread, getcurrent, spawn } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { watch } from '../../support/watch.ts';

/** A pool of size 1 whose member spawned `items` without waiting and has ended. */
async function orphans(...items: string[]) {
  const gates = new Gates<string>();
  const pool = new GreenPool(1);
  const spawned: Promise<GreenThread<string>>[] = [];
  await pool.run(() => {
    for (const item of items) spawned.push(pool.spawn(gates.task, item));
  });
  await settle();
  return { pool, gates, spawned };
}

describe('children that are left in the slot of a member that has ended', () => {
  test('keep the slot, one after another, and count in running until the last has ended', async () => {
    const { pool, gates } = await orphans('a', 'b');
    expect([pool.running(), pool.waiting(), gates.started]).toEqual([1, 0, ['a']]);

    gates.open('a');
    await settle();
    expect([pool.running(), gates.started]).toEqual([1, ['a', 'b']]);

    gates.open('b');
    await settle();
    expect([pool.running(), pool.free()]).toEqual([0, 1]);
    expect(gates.peak).toBe(1);
  });

  test('keep newcomers out until then', async () => {
    const { pool, gates } = await orphans('a', 'b');
    const outside = watch(pool.run(gates.task, 'outside'));
    gates.open('a', 'outside');
    await settle();
    expect([outside.state, pool.waiting()]).toEqual(['pending', 1]);

    gates.open('b');

    await settle();
    expect(outside.state).toBe('done');
    expect(gates.peak).toBe(1);
  });

  test('resolve their spawns as before', async () => {
    const { gates, spawned } = await orphans('a', 'b');

    gates.open('a', 'b');

    const states = (await Promise.all(spawned)).map(({ state }) => state);
    expect(states).toEqual(['done', 'done']);
  });

  test('are covered by waitall', async () => {
    const { pool, gates } = await orphans('a', 'b');
    const idle = watch(pool.waitall());

    gates.open('a');
    await settle();
    expect(idle.state).toBe('pending');

    gates.open('b');
    await settle();
    expect(idle.state).toBe('done');
  });

  test('give the slot back when the last of them is withdrawn', async () => {
    const gates = new Gates<string>();
    const abort = new AbortController();
    const pool = new GreenPool(1);
    let withdrawn: Promise<unknown> | undefined;
    await pool.run(() => {
      void pool.spawn(gates.task, 'a');
      withdrawn = rejection(pool.with({ signal: abort.signal }).spawn(gates.task, 'b'));
    });

    abort.abort('gone');
    gates.open('a');
    await settle();

    expect(await withdrawn).toBe('gone');
    expect(gates.started).toEqual(['a']);
    expect(pool.running()).toBe(0);
  });

  test('of a member in a lent slot move up into that slot', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const outer = watch(
      pool.run(async () => {
        await pool.spawn(() => void pool.spawn(gates.task, 'grandchild'));
        await gates.task('outer');
      }),
    );
    await settle();
    expect([[...gates.started].sort(), pool.running()]).toEqual([['grandchild', 'outer'], 1]);

    gates.open('outer');
    await settle();
    expect([outer.state, pool.running()]).toEqual(['done', 1]);

    gates.open('grandchild');
    await settle();
    expect(pool.running()).toBe(0);
  });

  test('a chain in which each task spawns the next and ends holds one slot all along', async () => {
    const pool = new GreenPool(1);
    const seen: number[] = [];
    const step = (left: number) => {
      seen.push(pool.running());
      if (left > 0) void pool.spawn(step, left - 1);
    };

    await pool.spawn(step, 100);
    await pool.waitall();

    expect(seen).toEqual(Array(101).fill(1));
    expect(pool.running()).toBe(0);
  });
});

describe('the line of children for one slot', () => {
  test('is ordered by priority, then arrival', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);
    const child = (priority: number, name: string) => pool.with({ priority }).spawn(() => log.push(name));

    await pool.run(() =>
      Promise.all([
        child(0, 'first come'),
        child(0, 'plain 1'),
        child(-1, 'low'),
        child(2, 'high'),
        child(0, 'plain 2'),
        child(2, 'high too'),
      ]),
    );

    expect(log).toEqual(['first come', 'high', 'high too', 'plain 1', 'plain 2', 'low']);
  });

  test('stays ordered by priority, then arrival, when children of two members meet', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const log: string[] = [];
    const child = (priority: number, name: string) =>
      void pool.with({ priority }).spawn(() => log.push(name));
    await pool.run(async () => {
      void pool.spawn(() => {
        void pool.spawn(gates.task, 'first grandchild');
        child(0, 'grandchild');
        child(1, 'urgent grandchild');
      });
      child(0, 'child');
      child(1, 'urgent child');
    });
    await settle();

    gates.open('first grandchild');
    await pool.waitall();

    expect(log).toEqual(['urgent child', 'urgent grandchild', 'child', 'grandchild']);
  });

  test('stays ordered by arrival when a grandchild came before a child', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const log: string[] = [];
    await pool.run(async () => {
      void pool.spawn(async () => {
        void pool.spawn(gates.task, 'in the slot');
        void pool.spawn(() => log.push('grandchild'));
        await gates.task('parent');
      });
      await settle();
      void pool.spawn(() => log.push('child'));
    });

    gates.open('parent');
    await settle();
    gates.open('in the slot');
    await pool.waitall();

    expect(log).toEqual(['grandchild', 'child']);
  });

  test('counts neither in waiting nor in running', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const parent = pool.run(() => Promise.all([1, 2, 3].map((n) => pool.spawn(gates.task, n))));
    await settle();

    expect([pool.running(), pool.free(), pool.waiting()]).toEqual([1, 0, 0]);

    gates.open(1, 2, 3);
    await parent;
  });

  test('is covered by waitall', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    void pool.spawn(() => {
      void pool.spawn(gates.task, 1);
      void pool.spawn(gates.task, 2);
    });
    await settle();
    const idle = watch(pool.waitall());

    gates.open(1);
    await settle();
    expect(idle.state).toBe('pending');
    gates.open(2);
    await settle();
    expect(idle.state).toBe('done');
  });
});

describe('membership', () => {
  test('passes to the nearest living ancestor when a task ends', async () => {
    const pool = new GreenPool(1);
    const go = deferred();
    const log: unknown[] = [];
    const outer = pool.run(async () => {
      await pool.run(() => {
        void go.promise.then(() => pool.run(() => log.push([pool.running(), pool.waiting()])));
      });
      go.resolve();
      await settle();
      log.push('outer ends');
    });

    await outer;
    await pool.waitall();

    expect(log).toEqual([[1, 0], 'outer ends']);
  });

  test('passes over several that have ended', async () => {
    const pool = new GreenPool(1);
    const go = deferred();
    let left: Promise<unknown> | undefined;
    await pool.run(async () => {
      await pool.run(() =>
        pool.run(() => {
          left = go.promise.then(() => rejection(pool.waitall()));
        }),
      );
      go.resolve();
      expect(await left).toMatchObject({ code: 'ERR_POOL_DEADLOCK' });
    });
  });

  test('of an ended task itself counts no more', async () => {
    const pool = new GreenPool(2);
    const go = deferred();
    let left: Promise<unknown> | undefined;
    await pool.run(() => {
      left = go.promise.then(() => pool.waitall());
    });

    go.resolve();

    expect(await left).toBeUndefined();
  });
});

describe('a link that a helper thread makes on the member it runs in', () => {
  test.each(['lives', 'has ended'])(
    'does not have its slot a second time, when the helper %s',
    async (life) => {
      const gates = new Gates<string>();
      const pool = new GreenPool(1);
      const helping = deferred();
      await pool.run(async () => {
        const member = getcurrent();
        const helper = spawn(async () => {
          member?.link(() => {
            for (const item of ['a', 'b', 'c']) void pool.spawn(gates.task, item);
          });
          if (life === 'lives') await helping.promise;
        });
        await settle(1);
        if (life !== 'lives') await helper.wait();
      });
      await settle();
      expect([gates.started, pool.running(), pool.waiting()]).toEqual([['a'], 1, 2]);

      gates.open('a', 'b', 'c');
      await pool.waitall();

      expect([gates.started, gates.peak]).toEqual([['a', 'b', 'c'], 1]);
      helping.resolve();
      await settle();
    },
  );
});
