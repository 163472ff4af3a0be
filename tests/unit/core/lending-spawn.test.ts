import { GreenPile, GreenPool, getcurrent, spawn } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { Gates } from '../../support/gates.ts';
import { rejection } from '../../support/rejection.ts';
import { holdSlot } from '../../support/slots.ts';
import { watch } from '../../support/watch.ts';

describe('spawn by a member of a full pool', () => {
  test('runs the child in the slot of the member', async () => {
    const log: unknown[] = [];
    const pool = new GreenPool(1);

    await pool.run(async () => {
      const child = await pool.spawn(() => log.push(['child', pool.running(), pool.waiting()]));
      log.push(child.state);
    });

    expect(log).toEqual([['child', 1, 0], 'done']);
  });

  test('resolves when the child has ended', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const log: string[] = [];
    const parent = pool.run(async () => {
      const child = await pool.spawn(gates.task, 'child');
      log.push(child.state);
    });

    await settle();
    expect([gates.started, log]).toEqual([['child'], []]);

    gates.open('child');
    await parent;
    expect(log).toEqual(['done']);
  });

  test('resolves after the links of the child', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);

    await pool.run(async () => {
      await pool.spawn(() => getcurrent()?.link(() => log.push('link')));
      log.push('spawned');
    });

    expect(log).toEqual(['link', 'spawned']);
  });

  test('resolves only when a killed child has really ended', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(1);
    const abort = new AbortController();
    const parent = watch(pool.run(() => pool.with({ signal: abort.signal }).spawn(gates.task, 'child')));
    await settle();

    abort.abort(new Error('stop'));
    await settle();
    expect(parent.state).toBe('pending');

    gates.open('child');
    await settle();
    expect(parent.value?.state).toBe('killed');
  });

  test('never runs the child inside the call', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);

    await pool.run(async () => {
      const spawned = pool.spawn(() => log.push('child'));
      log.push('spawn returned');
      await spawned;
    });

    expect(log).toEqual(['spawn returned', 'child']);
  });

  test("keeps the child's error in its handle", async () => {
    const error = new Error('child');
    const pool = new GreenPool(1);

    const seen = await pool.run(async () => {
      const child = await pool.spawn(() => Promise.reject(error));
      return [child.state, await rejection(child.wait())];
    });

    expect(seen).toEqual(['failed', error]);
  });

  test('several children of one member run one after another', async () => {
    const gates = new Gates<number>();
    const pool = new GreenPool(1);
    const parent = pool.run(() => Promise.all([1, 2, 3].map((n) => pool.spawn(gates.task, n))));

    for (const n of [1, 2, 3]) {
      await settle();
      expect(gates.started).toHaveLength(n);
      gates.open(n);
    }

    await parent;
    expect(gates.started).toEqual([1, 2, 3]);
    expect(gates.peak).toBe(1);
  });

  test('takes a slot of its own while there is one', async () => {
    const gates = new Gates<string>();
    const pool = new GreenPool(2);

    const running = await pool.run(async () => {
      const child = await pool.spawn(gates.task, 'child');
      gates.open('child');
      const count = pool.running();
      await child.wait();
      return count;
    });

    expect(running).toBe(2);
  });

  test('waits for no slot that another task holds', async () => {
    const pool = new GreenPool(2);
    const held = await holdSlot(pool);

    expect(await pool.run(() => pool.run(() => pool.run(() => 'inner')))).toBe('inner');

    held.release();
    await pool.waitall();
  });

  test('does not overtake anybody: the queue outside stays as it is', async () => {
    const pool = new GreenPool(1);
    const seen: number[] = [];
    const parent = pool.spawn(async () => {
      await pool.run(() => seen.push(pool.waiting()));
    });
    const outside = pool.run(() => 'outside');

    await parent;
    expect(await outside).toBe('outside');
    expect(seen).toEqual([1]);
  });

  test('nests 200 deep on a pool of size 1', async () => {
    const pool = new GreenPool(1);
    let deepest = 0;
    const dive = async (depth: number): Promise<number> => {
      deepest = Math.max(deepest, pool.running());
      return depth === 0 ? 0 : 1 + (await pool.run(dive, depth - 1));
    };

    expect(await pool.run(dive, 200)).toBe(200);
    expect(deepest).toBe(1);
    expect(pool.running()).toBe(0);
  });

  test('works at size 0, when the pool was shrunk under a running member', async () => {
    const pool = new GreenPool(1);

    const seen = await pool.run(async () => {
      pool.resize(0);
      return pool.run(() => [pool.running(), pool.free()]);
    });

    expect(seen).toEqual([1, -1]);
  });

  test('a recursion never has more than size functions at work', async () => {
    const pool = new GreenPool(2);
    let atWork = 0;
    let peak = 0;
    const work = async () => {
      atWork += 1;
      peak = Math.max(peak, atWork);
      await settle(1);
      atWork -= 1;
    };
    const tree = async (depth: number): Promise<number> => {
      await work();
      if (depth === 0) return 1;
      return (await pool.run(tree, depth - 1)) + (await pool.run(tree, depth - 1));
    };

    expect(await pool.run(tree, 4)).toBe(16);
    expect(peak).toBeLessThanOrEqual(2);
  });
});

describe('every call that spawns', () => {
  const inside = (pool: GreenPool): [string, () => Promise<unknown>][] => [
    ['spawn', () => pool.spawn(() => 'x')],
    ['spawnN', () => pool.spawnN(() => 'x')],
    ['run', () => pool.run(() => 'x')],
    ['a view', () => pool.with({ priority: -5 }).run(() => 'x')],
    ['imap', () => pool.imap((n: number) => n, [1, 2, 3]).toArray()],
    ['imapUnordered', () => pool.imapUnordered((n: number) => n, [1, 2, 3]).toArray()],
    ['starmap', () => pool.starmap((n: number) => n, [[1], [2], [3]]).toArray()],
    [
      'a map in a map',
      () => pool.imap((n: number) => pool.imap((m) => n * m, [1, 2]).toArray(), [1]).toArray(),
    ],
    ['a pile', () => viaPile(pool)],
  ];

  test.each(inside(new GreenPool(1)).map(([name]) => name))('%s works in a pool of size 1', async (name) => {
    const pool = new GreenPool(1);
    const call = new Map(inside(pool)).get(name) as () => Promise<unknown>;

    const outcome = watch(pool.run(call));
    await settle(30);

    expect(outcome.state).toBe('done');
    expect([pool.running(), pool.waiting()]).toEqual([0, 0]);
  });

  test('spawnN by a member resolves when the child has ended', async () => {
    const log: string[] = [];
    const pool = new GreenPool(1);

    await pool.run(async () => {
      await pool.spawnN(async () => {
        await settle(1);
        log.push('child');
      });
      log.push('spawned');
    });

    expect(log).toEqual(['child', 'spawned']);
  });
});

describe('members below other pools', () => {
  test('A -> B -> A does not deadlock', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);

    const outcome = watch(a.run(() => b.run(() => a.run(() => b.run(() => 'deep')))));
    await settle(20);

    expect(outcome.value).toBe('deep');
    expect([a.running(), b.running()]).toEqual([0, 0]);
  });

  test('a green thread without a pool that a member spawned counts as the member', async () => {
    const pool = new GreenPool(1);

    expect(await pool.run(() => spawn(() => pool.run(() => 'inner')).wait())).toBe('inner');
  });

  test('a task of another pool is no member: it queues', async () => {
    const a = new GreenPool(1);
    const b = new GreenPool(1);
    const held = await holdSlot(b);
    const outcome = watch(a.run(() => b.run(() => 'queued')));

    await settle();
    expect([outcome.state, b.waiting()]).toEqual(['pending', 1]);

    held.release();
    await settle();
    expect(outcome.value).toBe('queued');
  });
});

describe('trySpawn by a member', () => {
  test('never lends', async () => {
    const pool = new GreenPool(1);

    expect(await pool.run(() => pool.trySpawn(() => 'child') ?? 'full')).toBe('full');
  });
});

describe('what a task left running behind it', () => {
  test('is no member any more: its spawn queues behind the others', async () => {
    const pool = new GreenPool(1);
    const go = deferred();
    let left: Promise<unknown> | undefined;
    await pool.run(() => {
      left = go.promise.then(() => pool.run(() => 'left'));
    });
    const held = await holdSlot(pool);

    go.resolve();
    await settle();
    expect(pool.waiting()).toBe(1);

    held.release();
    expect(await left).toBe('left');
  });
});

async function viaPile(pool: GreenPool): Promise<unknown[]> {
  const pile = new GreenPile<number>(pool);
  for (const n of [1, 2, 3]) await pile.spawn(() => n);
  return pile.toArray();
}
