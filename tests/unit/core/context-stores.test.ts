import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { type Clock, GreenPool, getcurrent, sleep, spawn, spawnAfter, spawnN, withTimeout } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { holdSlot } from '../../support/slots.ts';
import { useManualClock } from '../../support/time.ts';

const clock = useManualClock();
const store = new AsyncLocalStorage<string>();
const read = () => store.getStore();
const readLater = async () => {
  await Promise.resolve();
  return store.getStore();
};

describe('a task sees the stores of its spawner', () => {
  test.each<[string, (pool: GreenPool, fn: () => unknown) => unknown]>([
    ['spawn', (pool, fn) => pool.spawn(fn)],
    ['spawnN', (pool, fn) => pool.spawnN(fn)],
    ['run', (pool, fn) => pool.run(fn)],
    ['trySpawn', (pool, fn) => pool.trySpawn(fn)],
    ['a view', (pool, fn) => pool.with({ priority: 1 }).spawn(fn)],
  ])('through %s', async (_name, call) => {
    const seen: unknown[] = [];
    const pool = new GreenPool(3);

    store.run('outer', () => call(pool, () => seen.push(read())));
    store.run('async', () => call(pool, async () => seen.push(await readLater())));
    await pool.waitall();

    expect(seen).toEqual(['outer', 'async']);
  });

  test('also when it had to queue, whoever makes room for it', async () => {
    const pool = new GreenPool(1);
    const held = await store.run('holder', () => holdSlot(pool));
    const queued = ['a', 'b', 'c'].map((name) => store.run(name, () => pool.run(readLater)));

    store.run('releaser', () => held.release());

    expect(await Promise.all(queued)).toEqual(['a', 'b', 'c']);
  });

  test('also when a resize admits it', async () => {
    const pool = new GreenPool(0);
    const queued = ['a', 'b'].map((name) => store.run(name, () => pool.run(read)));

    store.run('resizer', () => pool.resize(2));

    expect(await Promise.all(queued)).toEqual(['a', 'b']);
  });

  test('also in a lent slot', async () => {
    const pool = new GreenPool(1);

    const seen = await store.run('parent', () =>
      pool.run(async () => [
        await pool.run(read),
        ...(await Promise.all(['a', 'b'].map((name) => store.run(name, () => pool.run(readLater))))),
      ]),
    );

    expect(seen).toEqual(['parent', 'a', 'b']);
  });

  test('also when it was held back for a turn of the event loop', async () => {
    const pool = new GreenPool(Number.POSITIVE_INFINITY, { yieldEvery: 5 });
    const names = [...Array(30).keys()].map(String);

    const seen = await Promise.all(
      names.map((name) =>
        store.run(name, () =>
          pool.run(() => {
            clock.now.burn(1);
            return read();
          }),
        ),
      ),
    );

    expect(seen).toEqual(names);
  });

  test('through the module functions', async () => {
    const seen: unknown[] = [];
    store.run('spawnN', () => spawnN(() => seen.push(read())));
    const after = store.run('spawnAfter', () => spawnAfter(10, readLater));
    const limited = store.run('withTimeout', () => withTimeout(5, readLater));
    const plain = store.run('spawn', () => spawn(readLater));

    await clock.now.advance(10);

    expect([seen, await after.wait(), await limited, await plain.wait()]).toEqual([
      ['spawnN'],
      'spawnAfter',
      'withTimeout',
      'spawn',
    ]);
  });

  test('and no store where the spawner has none', async () => {
    const pool = new GreenPool(1);
    const held = await store.run('holder', () => holdSlot(pool));
    const queued = pool.run(readLater);

    store.run('releaser', () => held.release());

    expect(await queued).toBeUndefined();
  });
});

describe('stores around a spawn', () => {
  test('the caller keeps its own after the await', async () => {
    const pool = new GreenPool(1);

    const seen = await store.run('caller', async () => {
      await pool.spawn(() => store.enterWith('task'));
      await settle(1);
      return read();
    });

    expect(seen).toBe('caller');
  });

  test('a link sees the stores of the call of link', async () => {
    const seen: unknown[] = [];
    const gate = deferred();
    const thread = store.run('spawner', () => spawn(() => gate.promise));
    store.run('linker', () => thread.link(() => seen.push(read())));

    store.run('releaser', () => gate.resolve());
    await thread.wait();
    store.run('late', () => thread.link(() => seen.push(read())));

    expect(seen).toEqual(['linker', 'late']);
  });
});

describe('what a timeout calls when another task has armed the timer', () => {
  /** A clock whose timers keep the context of the call that sets them, as those of the host do. */
  const hostLike = (): Clock => ({
    now: () => clock.now.now(),
    setTimer: (fn, ms) => clock.now.setTimer(AsyncResource.bind(fn), ms),
    nextTurn: (fn) => clock.now.nextTurn(fn),
  });

  test.each(['first', 'second'])(
    "runs in nobody's green thread and sees no store of another task: the %s one",
    async (which) => {
      const seen: unknown[] = [];
      const look = (): unknown => seen.push([getcurrent()?.name, store.getStore()]);
      const pool = new GreenPool(4, { clock: hostLike(), onError: look });
      const ms = { first: 10, second: 20 }[which];
      store.run(
        'other',
        () =>
          void pool
            .with({ name: 'other', timeout: 10 })
            .run(() => sleep(1000))
            .catch(() => {}),
      );
      await settle();
      store.run('mine', () => {
        const view = pool.with({ name: 'mine', timeout: ms });
        void view.spawnN(
          () =>
            new Promise<void>((resolve) => getcurrent()?.signal.addEventListener('abort', () => resolve())),
        );
        void view.spawn(() => {
          const { signal } = getcurrent() ?? {};
          signal?.addEventListener('abort', look);
          return new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        });
      });
      await settle();

      await clock.now.advance(20);

      expect(seen).toEqual([
        [undefined, undefined],
        [undefined, undefined],
      ]);
      await pool.waitall();
    },
  );
});
