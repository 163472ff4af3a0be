import { type GreenPool, type GreenThread, getcurrent, sleep, Timeout } from 'greenpool';
import { microtasks } from '../../property/support/turns.ts';
import { type AnyMethod, aroundTasks, mutant } from './mutation.ts';

/** What every semaphore without hand-off does: who wakes looks again, and whoever came in between has the slot. */
export const barging = mutant('a pool whose waiters take the slot when they wake', () => {
  const asleep: (() => void)[] = [];
  return (real) => {
    const spawn: AnyMethod = async (fn, ...args) => {
      for (;;) {
        const thread = real.trySpawn(fn, ...args);
        if (thread !== undefined) {
          thread.link(() => asleep.shift()?.());
          return thread;
        }
        await new Promise<void>((wake) => asleep.push(wake));
      }
    };
    return {
      spawn,
      spawnN: async (fn, ...args) => void (await spawn(fn, ...args)),
      run: async (fn, ...args) => (await spawn(fn, ...args)).wait(),
      waiting: () => asleep.length,
      resize: (size) => {
        real.resize(size);
        for (const wake of asleep.splice(0)) wake();
      },
    };
  };
});

export const lastComeFirstServed = mutant('a pool that serves who came last', () => {
  let calls = 0;
  const latest = (real: GreenPool): GreenPool => {
    calls += 1;
    return real.with({ priority: calls });
  };
  return (real) => ({
    spawn: (fn, ...args) => latest(real).spawn(fn, ...args),
    spawnN: (fn, ...args) => latest(real).spawnN(fn, ...args),
    run: (fn, ...args) => latest(real).run(fn, ...args),
  });
});

export const blindToPriority = mutant('a pool that takes no notice of priorities', () => (real) => ({
  with: (options) => real.with({ ...options, priority: 0 }),
}));

/** The fault of every queue whose timeout settles a promise while the work goes on. */
export const freesSlotOnKill = mutant('a pool that frees the slot of a killed task at once', () => (real) => {
  return aroundTasks(real, (call) => {
    const signal = getcurrent()?.signal;
    const killed = new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return Promise.race([call(), killed]);
  });
});

export const growsLater = mutant('a pool whose resize wakes nobody in the call', () => (real) => ({
  resize: (size) => {
    setImmediate(() => real.resize(size));
  },
}));

export const clampsFree = mutant('a pool whose free() is never negative', () => (real) => ({
  free: () => Math.max(0, real.free()),
}));

export const countsTheGone = mutant('a pool whose waiting() still counts callers who have left', () => {
  let gone = 0;
  return (real) => {
    const counting = (call: Promise<unknown>): Promise<unknown> => {
      call.catch(() => {
        gone += 1;
      });
      return call;
    };
    return {
      spawn: (fn, ...args) => counting(real.spawn(fn, ...args)),
      waiting: () => real.waiting() + gone,
    };
  };
});

export const losesSlotOnAbort = mutant('a pool that loses a slot when a queued caller is aborted', () => {
  const forever = (): Promise<never> => new Promise(() => {});
  return (real) => {
    const leaking = (call: Promise<unknown>): Promise<unknown> => {
      call.catch(() => {
        const unbound = real.with({ signal: new AbortController().signal });
        unbound.spawn(forever).catch(() => {});
      });
      return call;
    };
    return { spawn: (fn, ...args) => leaking(real.spawn(fn, ...args)) };
  };
});

export const startsAsItLikes = mutant('a pool that starts some tasks later than others', () => {
  let tasks = 0;
  return (real) =>
    aroundTasks(real, async (call) => {
      tasks += 1;
      await microtasks(tasks % 3);
      return call();
    });
});

export const holdsTheLoop = mutant('a pool that never lets the event loop have its turn', () => () => ({}), {
  options: { yieldEvery: Number.POSITIVE_INFINITY },
});

export const runsLinksInTheSlot = mutant('a pool that runs links before the slot is free', () => (real) => ({
  spawn: async (fn, ...args) => {
    const links: (() => void)[] = [];
    const thread: GreenThread<unknown> = await real.spawn(async () => {
      try {
        return await fn(...args);
      } finally {
        for (const link of links) link();
      }
    });
    thread.link = (link: AnyMethod, ...rest) => void links.push(() => link(thread, ...rest));
    return thread;
  },
}));

export const tellsWaitersFirst = mutant('a pool whose links run after the waiters', () => (real) => ({
  spawn: async (fn, ...args) => {
    const thread: GreenThread<unknown> = await real.spawn(fn, ...args);
    thread.link = (link: AnyMethod, ...rest) => {
      const call = (): void => link(thread, ...rest);
      setImmediate(() => void thread.wait().then(call, call));
    };
    return thread;
  },
}));

export const timesTheQueue = mutant('a pool whose timeout counts from the call', () => (real) => ({
  with: (options) => {
    const { timeout, ...rest } = options;
    if (timeout === undefined) return real.with(options);
    const controller = new AbortController();
    void sleep(timeout).then(() => controller.abort(new Timeout(timeout)));
    return real.with({ ...rest, signal: controller.signal });
  },
}));
