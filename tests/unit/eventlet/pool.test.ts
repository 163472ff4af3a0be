// Behaviours observed on eventlet 0.33: of its GreenPool. In the logs, eventlet's AssertionError and ValueError are the
// errors that greenpool has for the same mistake, and None is undefined.
import { GreenPool, sleep } from 'greenpool';
import { describe } from 'vitest';
import { Boom, scenario, turn } from './kit.ts';

describe('GreenPool, the same as in eventlet', () => {
  scenario(
    'P01',
    'spawn does not start the task synchronously',
    async ({ log }) => {
      const pool = new GreenPool(2);
      await pool.spawn(() => log('task'));
      log(`spawned running=${pool.running()} free=${pool.free()}`);
      await turn();
      log(`after yield running=${pool.running()} free=${pool.free()}`);
    },
    ['spawned running=1 free=1', 'task', 'after yield running=0 free=2'],
  );

  scenario(
    'P03',
    'spawn_n returns nothing, frees its slot, gives no handle',
    async ({ log }) => {
      const pool = new GreenPool(1);
      const spawned = pool.spawnN(() => {
        log('ran');
        return 5;
      });
      log('returned', await spawned);
      await pool.waitall();
      log('running', pool.running(), 'free', pool.free());
    },
    ['returned undefined', 'ran', 'running 0 free 1'],
  );

  scenario(
    'P05',
    'counters while spawners queue',
    async ({ log, go }) => {
      const pool = new GreenPool(1);
      for (let i = 0; i < 3; i += 1) go(() => pool.spawn(sleep, 40));
      for (const ms of [20, 40, 40, 40]) {
        await sleep(ms);
        log('running', pool.running(), 'free', pool.free(), 'waiting', pool.waiting());
      }
    },
    [
      'running 1 free 0 waiting 2',
      'running 1 free 0 waiting 1',
      'running 1 free 0 waiting 0',
      'running 0 free 1 waiting 0',
    ],
  );

  scenario(
    'P07',
    'a newcomer does not overtake a queued spawner',
    async ({ log, logt, go }) => {
      const pool = new GreenPool(1);
      const work = async (name: string): Promise<void> => {
        log('run', name);
        await sleep(40);
      };
      const first = await pool.spawn(work, 'first');
      go(async () => {
        await pool.spawn(work, 'queued');
        logt('queued admitted');
      });
      first.link(async () => {
        log('free', pool.free());
        await pool.spawn(work, 'newcomer');
        logt('newcomer admitted');
      });
      await sleep(200);
    },
    ['run first', 'free 1', '[40] queued admitted', 'run queued', '[80] newcomer admitted', 'run newcomer'],
  );

  scenario(
    'P10',
    'spawn: an exception is kept in the handle and does not disturb the pool',
    async ({ log, attempt }) => {
      // eventlet prints the traceback all the same. Here the handle carries the failure and somebody looks at it (rule 8).
      const pool = new GreenPool(2, { onError: () => log('reported') });
      const thread = await pool.spawn(() => {
        throw new Boom('x');
      });
      await pool.waitall();
      log('waitall did not throw; running', pool.running(), 'free', pool.free());
      await attempt('wait', () => thread.wait());
      await attempt('wait again', () => thread.wait());
    },
    ['waitall did not throw; running 0 free 2', 'wait raised Boom:x', 'wait again raised Boom:x'],
  );

  scenario(
    'W01',
    'waitall on an idle pool returns at once',
    async ({ log }) => {
      await new GreenPool(3).waitall();
      log('a');
      await new GreenPool(0).waitall();
      log('b');
    },
    ['a', 'b'],
  );

  scenario(
    'W03',
    'waitall called by a member of the pool',
    async ({ log, attempt }) => {
      const pool = new GreenPool(3);
      const thread = await pool.spawn(() => pool.waitall());
      await attempt('wait', () => thread.wait());
      log('running', pool.running(), 'free', pool.free());
    },
    ['wait raised PoolDeadlockError', 'running 0 free 3'],
  );

  scenario(
    'W05',
    'waitall covers tasks that another thread adds while the pool is busy',
    async ({ logt, go }) => {
      const pool = new GreenPool(2);
      await pool.spawn(sleep, 40);
      go(async () => {
        await sleep(20);
        await pool.spawn(async () => {
          await sleep(60);
          logt('late end');
        });
        logt('late spawned');
      });
      await pool.waitall();
      logt('waitall');
    },
    ['[20] late spawned', '[80] late end', '[80] waitall'],
  );

  scenario(
    'C03',
    'resize down under load: free() goes negative, nothing is interrupted',
    async ({ log, logt }) => {
      const pool = new GreenPool(3);
      for (const ms of [20, 40, 60]) {
        await pool.spawn(async () => {
          await sleep(ms);
          logt('end', ms);
        });
      }
      await turn();
      pool.resize(1);
      log('running', pool.running(), 'free', pool.free());
      await pool.spawn(() => logt('extra runs'));
      logt(`extra spawned free=${pool.free()}`);
      await pool.waitall();
      logt(`waitall free=${pool.free()}`);
    },
    [
      'running 3 free -2',
      '[20] end 20',
      '[40] end 40',
      '[60] end 60',
      '[60] extra spawned free=0',
      '[60] extra runs',
      '[60] waitall free=1',
    ],
  );

  scenario(
    'C10',
    'the seed\'s "dynamic pool resizing" example, scaled to 100 ms',
    async ({ log, logt }) => {
      const pool = new GreenPool(2);
      const spawnSome = async (from: number, to: number): Promise<void> => {
        for (let i = from; i <= to; i += 1) {
          await pool.spawn(sleep, 100);
          logt('spawned', i);
        }
      };
      await spawnSome(0, 2);
      log('Running', pool.running(), 'Free', pool.free());
      if (pool.free() === 0) {
        log('Pool full, increasing size');
        pool.resize(5);
        log('Running', pool.running(), 'Free', pool.free());
      }
      await spawnSome(3, 6);
      await pool.waitall();
      logt('done');
    },
    [
      '[0] spawned 0',
      '[0] spawned 1',
      '[100] spawned 2',
      'Running 1 Free 1',
      '[100] spawned 3',
      '[200] spawned 4',
      '[200] spawned 5',
      '[300] spawned 6',
      '[400] done',
    ],
  );

  scenario(
    'R02',
    'a member that spawns on its own non-full pool gets a normal asynchronous task',
    async ({ log }) => {
      const pool = new GreenPool(2);
      const outer = async (): Promise<number> => {
        const inner = await pool.spawn(() => {
          log('inner');
          return 1;
        });
        log(`spawned running=${pool.running()}`);
        return inner.wait();
      };
      const thread = await pool.spawn(outer);
      log('value', await thread.wait());
    },
    ['spawned running=2', 'inner', 'value 1'],
  );
});

describe('GreenPool, other than in eventlet', () => {
  // eventlet loses the second of two ends in one turn and hangs. Here waitall resolves whenever nothing runs or queues
  // (rule 6).
  scenario(
    'W07',
    'the same loss with size 2 when both tasks end in the same turn',
    async ({ log, logt, go, within }) => {
      const pool = new GreenPool(2);
      go(async () => {
        for (let i = 0; i < 4; i += 1) await pool.spawn(sleep, 20);
      });
      await turn();
      await within(
        300,
        async () => {
          await pool.waitall();
          logt('waitall');
        },
        () => log('HANG'),
      );
    },
    ['[40] waitall'],
  );

  // eventlet passes the size through int(). Here it is an integer >= 0 or Infinity, and nothing is converted.
  scenario(
    'C01',
    'constructor argument table',
    async ({ log, attempt }) => {
      for (const size of [0, 1, 2.9, '7', 'foo', -1, -0.5, null, Number.POSITIVE_INFINITY, Number.NaN]) {
        const label = typeof size === 'string' ? JSON.stringify(size) : size;
        // What the types forbid, a caller from JavaScript can do.
        await attempt(label, () => new GreenPool(size as number).size);
      }
      log('default', new GreenPool().size);
    },
    [
      '0 -> 0',
      '1 -> 1',
      '2.9 raised TypeError',
      '"7" raised TypeError',
      '"foo" raised TypeError',
      '-1 raised RangeError',
      '-0.5 raised TypeError',
      'null raised TypeError',
      'Infinity -> Infinity',
      'NaN raised TypeError',
      'default 1000',
    ],
  );

  // Here what a member started counts as the member, whoever it was started through: x runs in its slot (rule 7).
  scenario(
    'R06',
    'a helper thread of a member is not a member: deadlock',
    async ({ log, go, within }) => {
      const pool = new GreenPool(1);
      const outer = async (): Promise<void> => {
        const helper = go(() => pool.spawn(() => log('x')));
        await helper.wait();
        log('outer end');
      };
      const thread = await pool.spawn(outer);
      await within(
        200,
        async () => {
          await thread.wait();
          log('ok');
        },
        () => log('HANG'),
      );
      log('running', pool.running(), 'waiting', pool.waiting());
    },
    ['x', 'outer end', 'ok', 'running 0 waiting 0'],
  );
});
