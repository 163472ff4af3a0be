import { type GreenThread, getcurrent, spawn } from 'greenpool';
import { greenpool, type Subject } from '../../property/support/subject.ts';
import { type AnyMethod, mutant } from './mutation.ts';

/** `await Promise.all(handles)`, as it is written by hand. */
export const waitsForKnown = mutant('a waitall() that waits for the tasks it knows', () => {
  const threads: GreenThread<unknown>[] = [];
  return (real) => ({
    spawn: async (fn, ...args) => {
      const thread = await real.spawn(fn, ...args);
      threads.push(thread);
      return thread;
    },
    waitall: async () => {
      await Promise.allSettled(threads.map((thread) => thread.wait()));
    },
  });
});

/** Counts to zero like a barrier: the first moment without tasks is taken for the end. */
export const waitsForFirstZero = mutant('a waitall() that ends when nothing runs for a moment', () => {
  const waiting: (() => void)[] = [];
  return (real) => ({
    spawn: async (fn, ...args) => {
      const thread = await real.spawn(fn, ...args);
      thread.link(() => {
        if (real.running() === 0) for (const resolve of waiting.splice(0)) resolve();
      });
      return thread;
    },
    waitall: () =>
      real.running() === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)),
  });
});

/** What eventlet does when a producer is blocked in spawn() as waitall() is called. */
export const hangsOnProducers = mutant('a waitall() that hangs when callers queue', () => (real) => ({
  waitall: () => (real.waiting() > 0 ? new Promise<never>(() => {}) : real.waitall()),
}));

export const knowsNoMembers = mutant('a pool that does not know its members', () => () => ({}), {
  options: { context: false },
});

/** A -> B -> A: the first pool knows its own tasks, but not through a task of another pool. */
export const hidesCallers: Subject = (() => {
  let pools = 0;
  const pool: Subject['pool'] = (size, options) => {
    pools += 1;
    return greenpool.pool(size, { ...options, context: pools % 2 === 1 });
  };
  return { ...greenpool, name: 'a pool that does not see through tasks of another pool', pool };
})();

/** A kill that settles the handle and aborts the signal, while what the task is blocked in goes on. */
export const killsOnlyTheHandle = mutant(
  'a kill that reaches no primitive',
  () => (real) => ({ spawn: (fn, ...args) => real.spawn(fn, ...args) }),
  { options: { context: false } },
);

export const ignoresKills = mutant('a kill that is forgotten', () => (real) => ({
  spawn: async (fn, ...args) => {
    const thread = await real.spawn(fn, ...args);
    thread.kill = () => Promise.resolve();
    return thread;
  },
}));

/** The easy way out of a deadlock: who is inside need not queue. */
export const oversteps = mutant('a pool that starts what its members call beyond its size', () => (real) => {
  const isMember = (): boolean => getcurrent() !== undefined && real.free() <= 0;
  const start: AnyMethod = (fn, ...args) => spawn(fn, ...args);
  return {
    spawn: (fn, ...args) => (isMember() ? Promise.resolve(start(fn, ...args)) : real.spawn(fn, ...args)),
    run: (fn, ...args) => (isMember() ? start(fn, ...args).wait() : real.run(fn, ...args)),
  };
});

export const neverGrows = mutant('a pool that never grows again', () => (real) => ({
  resize: (size) => real.resize(Math.min(size, real.size)),
}));

export const closesAtOnce = mutant('a close() that waits for nothing', () => (real) => ({
  close: () => {
    void real.close();
    return Promise.resolve();
  },
}));
