// Behaviours observed on eventlet 0.33: of imap, starmap and GreenPile. A log line "StopIteration" is `done: true` here.
import { GreenPile, GreenPool, sleep, Timeout, withTimeout } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe } from 'vitest';
import { Boom, scenario, take, turn } from './kit.ts';

describe('imap and starmap, the same as in eventlet', () => {
  scenario(
    'M01',
    'imap yields in input order whatever the completion order',
    async ({ logt }) => {
      const pool = new GreenPool(4);
      const nap = async (ms: number): Promise<number> => {
        await sleep(ms);
        logt('done', ms);
        return ms;
      };
      for await (const ms of pool.imap(nap, [80, 60, 40, 20])) logt('got', ms);
    },
    [
      '[20] done 20',
      '[40] done 40',
      '[60] done 60',
      '[80] done 80',
      '[80] got 80',
      '[80] got 60',
      '[80] got 40',
      '[80] got 20',
    ],
  );

  scenario(
    'M12',
    'several sources are zipped, the shortest one ends',
    async ({ log }) => {
      const pool = new GreenPool(2);
      const tuple = (...items: unknown[]): unknown[] => items;
      log(await pool.imap(tuple, [1, 2, 3], ['a', 'b'], [10, 11, 12, 13]).toArray());
      function* naturals(): Generator<number> {
        for (let n = 0; n < 3; n += 1) {
          log('A', n);
          yield n;
        }
      }
      log(await pool.imap(tuple, naturals(), [1]).toArray());
      log(await pool.imap(tuple).toArray());
    },
    ['[[1,"a",10],[2,"b",11]]', 'A 0', 'A 1', '[[0,1]]', '[]'],
  );

  scenario(
    'M15',
    'starmap spreads each element; a wrong argument count fails that element only',
    async ({ attempt }) => {
      const pool = new GreenPool(2);
      // JavaScript calls a function with too few arguments, so this one looks for itself.
      const add = (a: number, b?: number): number => {
        if (b === undefined) throw new TypeError('b is missing');
        return a + b;
      };
      const sums = pool.starmap(add, [[1, 2], [1], [3, 4]]);
      for (let i = 0; i < 4; i += 1) await attempt('next', () => take(sums));
    },
    ['next -> 3', 'next raised TypeError', 'next -> 7', 'next raised StopIteration'],
  );
});

describe('imap, other than in eventlet', () => {
  // eventlet reads the source as soon as the caller yields. A GreenMap is lazy: untouched before the first next() (rule 1).
  scenario(
    'M03',
    'imap starts working before anybody iterates, but not before the caller yields',
    async ({ log }) => {
      function* source(): Generator<number> {
        for (let n = 0; n < 3; n += 1) {
          log('src', n);
          yield n;
        }
      }
      const pool = new GreenPool(2);
      const same = (n: number): number => {
        log('fn', n);
        return n;
      };
      const map = pool.imap(same, source());
      log('imap returned');
      await turn();
      log('first yield');
      await settle();
      log('settled');
      log('results', await map.toArray());
    },
    [
      'imap returned',
      'first yield',
      'settled',
      'src 0',
      'src 1',
      'src 2',
      'fn 0',
      'fn 1',
      'fn 2',
      'results [0,1,2]',
    ],
  );

  // Here a map uses the slots of the pool it was called on (rule 2). Lazy as it is, it needs a consumer, and waitall covers
  // what the consumer has asked for.
  scenario(
    'M06',
    'imap uses a private pool of the same size, not the pool it was called on',
    async ({ log, logt, go }) => {
      const pool = new GreenPool(2);
      const map = pool.imap(
        async (n: number) => {
          await sleep(40);
          return n;
        },
        [1, 2, 3, 4],
      );
      const consumer = go(() => map.toArray());
      await sleep(20);
      log('running', pool.running(), 'free', pool.free());
      await pool.waitall();
      logt('waitall');
      log('results', await consumer.wait());
      logt('done');
    },
    ['running 2 free 0', '[80] waitall', 'results [1,2,3,4]', '[80] done'],
  );

  // Here the end stays the end (rule 3).
  scenario(
    'M10',
    'next() after the end hangs for ever',
    async ({ log, attempt, within }) => {
      const map = new GreenPool(2).imap((n: number) => n, [1]);
      await attempt('next', () => take(map));
      await attempt('next', () => take(map));
      await within(
        200,
        () => attempt('next', () => take(map)),
        () => log('HANG'),
      );
    },
    ['next -> 1', 'next raised StopIteration', 'next raised StopIteration'],
  );

  // Here an item leaves the map only when somebody takes it (rule 3).
  scenario(
    'M18',
    'a timeout while waiting for next() loses that item',
    async ({ log }) => {
      const map = new GreenPool(2).imap(
        async (n: number) => {
          await sleep(60);
          return n;
        },
        [0, 1, 2, 3],
      );
      try {
        await withTimeout(20, () => map.next());
      } catch (error) {
        if (error instanceof Timeout) log('timed out');
      }
      log('rest', await map.toArray());
    },
    ['timed out', 'rest [0,1,2,3]'],
  );
});

describe('GreenPile, the same as in eventlet', () => {
  scenario(
    'L03',
    'iterating a pile that never spawned',
    async ({ log, attempt }) => {
      const pile = new GreenPile(4);
      log(await pile.toArray());
      await attempt('next', () => take(pile));
      await attempt('next', () => take(pile));
    },
    ['[]', 'next raised StopIteration', 'next raised StopIteration'],
  );

  scenario(
    'L06',
    'pile exceptions surface at their position; the rest is still available',
    async ({ attempt }) => {
      const pile = new GreenPile<number>(4);
      for (let i = 0; i < 4; i += 1) {
        await pile.spawn(() => {
          if (i % 2 === 1) throw new Boom(String(i));
          return i;
        });
      }
      for (let i = 0; i < 5; i += 1) await attempt('next', () => take(pile));
    },
    ['next -> 0', 'next raised Boom:1', 'next -> 2', 'next raised Boom:3', 'next raised StopIteration'],
  );

  scenario(
    'L10',
    'pile.spawn blocks when its pool is full; unread results pile up without bound',
    async ({ log, logt }) => {
      const pile = new GreenPile<number>(2);
      for (let i = 0; i < 6; i += 1) {
        await pile.spawn(async () => {
          await sleep(20);
          return i;
        });
        logt('spawned', i);
      }
      log('unread', pile.length);
      log(await pile.toArray());
    },
    [
      '[0] spawned 0',
      '[0] spawned 1',
      '[20] spawned 2',
      '[20] spawned 3',
      '[40] spawned 4',
      '[40] spawned 5',
      'unread 6',
      '[0,1,2,3,4,5]',
    ],
  );
});

describe('GreenPile, other than in eventlet', () => {
  // Here completion order is the default, and eventlet's order is to be had. The second half starts at 60 ms.
  scenario(
    'L01',
    'a pile yields in SPAWN order, not completion order',
    async ({ log, logt }) => {
      for (const order of ['completion', 'spawn'] as const) {
        log(order);
        const pile = new GreenPile<string>(3, { order });
        const nap = async (name: string, ms: number): Promise<string> => {
          await sleep(ms);
          logt('done', name);
          return name;
        };
        await pile.spawn(nap, 'slow', 60);
        await pile.spawn(nap, 'mid', 40);
        await pile.spawn(nap, 'fast', 20);
        for await (const name of pile) logt('got', name);
      }
    },
    [
      'completion',
      '[20] done fast',
      '[20] got fast',
      '[40] done mid',
      '[40] got mid',
      '[60] done slow',
      '[60] got slow',
      'spawn',
      '[80] done fast',
      '[100] done mid',
      '[120] done slow',
      '[120] got slow',
      '[120] got mid',
      '[120] got fast',
    ],
  );
});
