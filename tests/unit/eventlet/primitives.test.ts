// Behaviours observed on eventlet 0.33: of Queue, Event and pools.Pool. Where eventlet raises ValueError or AssertionError,
// the log has the code of the error that greenpool has for the same mistake.
import { Event, Queue, ResourcePool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe } from 'vitest';
import { scenario, turn } from './kit.ts';

describe('Queue, the same as in eventlet', () => {
  scenario(
    'Q02',
    'maxsize: null and negative are unbounded, 0 is a rendezvous channel',
    async ({ log, go }) => {
      for (const maxsize of [null, -1, 0, 1]) {
        const queue = new Queue(maxsize);
        log(maxsize, 'maxsize', queue.maxsize, 'full', queue.full(), 'empty', queue.empty());
      }
      const queue = new Queue<string>(0);
      go(async () => {
        log('putting');
        await queue.put('a');
        log('put done');
      });
      await turn();
      log('size', queue.qsize(), 'putting', queue.putting());
      log('got', await queue.get());
      log('after get');
      await turn();
    },
    [
      'null maxsize null full false empty true',
      '-1 maxsize null full false empty true',
      '0 maxsize 0 full true empty true',
      '1 maxsize 1 full false empty true',
      'putting',
      'size 0 putting 1',
      'got a',
      'after get',
      'put done',
    ],
  );

  scenario(
    'Q04',
    'join and task_done',
    async ({ log, go, attempt }) => {
      const queue = new Queue<number>();
      await attempt('extra', () => queue.taskDone());
      await queue.join();
      log('join on fresh queue');

      await queue.put(1);
      await queue.put(2);
      go(async () => {
        await queue.join();
        log('joined');
      });
      await turn();
      await queue.get();
      queue.taskDone();
      await queue.get();
      await settle();
      log('one left', queue.unfinishedTasks);
      queue.taskDone();
      log('last task_done');
      await settle();

      await queue.put(3);
      log('unfinished', queue.unfinishedTasks);
      await queue.get();
      queue.taskDone();
      await queue.join();
      log('joined again');
    },
    [
      'extra raised ERR_QUEUE_TASK_DONE',
      'join on fresh queue',
      'one left 1',
      'last task_done',
      'joined',
      'unfinished 1',
      'joined again',
    ],
  );
});

describe('Event, the same as in eventlet', () => {
  scenario(
    'E01',
    'event: one shot, wakes later, remembers its value',
    async ({ log, go, attempt }) => {
      const event = new Event<number>();
      go(async () => log('waiter', await event.wait()));
      await turn();
      event.send(5);
      log(`sent ready=${event.ready()}`);
      await turn();
      log('late', await event.wait());
      await attempt('send again', () => event.send(6));
      event.reset();
      log('ready', event.ready());
      event.send(7);
      log('value', await event.wait());
      await attempt('reset of fresh', () => new Event().reset());
    },
    [
      'sent ready=true',
      'waiter 5',
      'late 5',
      'send again raised ERR_EVENT_SENT',
      'ready false',
      'value 7',
      'reset of fresh raised ERR_EVENT_NOT_SENT',
    ],
  );
});

describe('ResourcePool, the same as in eventlet', () => {
  scenario(
    'O01',
    'resource pool: creates on demand, hands over to waiters',
    async ({ log, go }) => {
      let created = 0;
      const create = (): number => {
        created += 1;
        return created;
      };
      const pool = new ResourcePool({ maxSize: 2, create });
      const a = await pool.get();
      const b = await pool.get();
      log(a, b, 'free', pool.free());
      const got: number[] = [];
      for (let i = 0; i < 2; i += 1) go(async () => got.push(await pool.get()));
      await turn();
      log('waiting', pool.waiting());
      pool.put(a);
      pool.put(b);
      await settle();
      log('waiters got', got.sort());
      log('created', created, 'free', pool.free());
    },
    ['1 2 free 0', 'waiting 2', 'waiters got [1,2]', 'created 2 free 0'],
  );
});
