// One smoke test of the core that knows no runtime: Node, Bun, Deno and a browser run this same file.
// It uses the built package only, no test runner, and gives back how many facts held.

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

/** Fails instead of hanging: a smoke test that never ends tells nothing. */
function within(ms, promise) {
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still waiting after ${ms} ms`)), ms);
  });
  return Promise.race([promise, expired]).finally(() => clearTimeout(timer));
}

function equal(actual, expected, what) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

async function rejects(promise, code) {
  try {
    await promise;
  } catch (error) {
    equal(error.code, code, 'code of the error');
    return;
  }
  throw new Error(`expected a rejection with ${code}`);
}

const facts = {
  async 'a pool never runs more than its size, and takes everything in order'({ GreenPool }) {
    const pool = new GreenPool(3);
    const started = [];
    let running = 0;
    let most = 0;
    for (let item = 0; item < 20; item += 1) {
      await pool.spawn(async (n) => {
        started.push(n);
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
      }, item);
    }
    await pool.waitall();

    equal(most, 3, 'most at once');
    equal(started, [...Array(20).keys()], 'order of starts');
    equal([pool.running(), pool.waiting(), pool.free()], [0, 0, 3], 'running, waiting, free');
  },

  async 'imap gives results in input order'({ GreenPool }) {
    const pool = new GreenPool(4);
    const results = [];
    for await (const result of pool.imap(
      async (n) => {
        for (let turns = n % 3; turns >= 0; turns -= 1) await turn();
        return n * n;
      },
      [...Array(12).keys()],
    )) {
      results.push(result);
    }

    equal(
      results,
      [...Array(12).keys()].map((n) => n * n),
      'results',
    );
  },

  async 'imapUnordered gives every result once'({ GreenPool }) {
    const results = await new GreenPool(4).imapUnordered(async (n) => n, [3, 1, 2]).toArray();

    equal(results.sort(), [1, 2, 3], 'results');
  },

  async 'a pile gives results as they complete'({ GreenPile, sleep }) {
    const pile = new GreenPile(3);
    await pile.spawn(async () => {
      await sleep(40);
      return 'slow';
    });
    await pile.spawn(async () => 'fast');
    const results = [];
    for await (const result of pile) results.push(result);

    equal(results, ['fast', 'slow'], 'results');
  },

  async 'a failure stays in its handle'({ GreenPool }) {
    const pool = new GreenPool(1);
    const thread = await pool.spawn(() => {
      throw Object.assign(new Error('no'), { code: 'MINE' });
    });
    await pool.waitall();

    equal(thread.state, 'failed', 'state');
    await rejects(thread.wait(), 'MINE');
  },

  async 'a killed task tells its waiters at once, and its slot comes back'({ GreenPool, Event }) {
    const pool = new GreenPool(1);
    const gate = new Event();
    const thread = await pool.spawn(() => gate.wait());
    await turn();
    const killed = thread.kill();
    equal(thread.state, 'killed', 'state');
    await rejects(thread.wait(), 'ERR_KILLED');
    // Without AsyncLocalStorage the event cannot know whose wait it should end: the function ends by itself.
    gate.send();
    await killed;

    equal(pool.running(), 0, 'running');
  },

  async 'a timeout kills the task'({ GreenPool, Event }) {
    const pool = new GreenPool(1);
    const gate = new Event();

    await rejects(
      pool.with({ timeout: 5 }).run(() => gate.wait()),
      'ERR_TIMEOUT',
    );

    gate.send();
    await pool.waitall();
    equal(pool.running(), 0, 'running');
  },

  async 'an aborted caller leaves the queue'({ GreenPool, Event }) {
    const pool = new GreenPool(1);
    const gate = new Event();
    await pool.spawn(() => gate.wait());
    const controller = new AbortController();
    const queued = pool.with({ signal: controller.signal }).spawn(() => undefined);
    equal(pool.waiting(), 1, 'waiting');
    controller.abort(Object.assign(new Error('stop'), { code: 'STOP' }));
    await rejects(queued, 'STOP');

    equal(pool.waiting(), 0, 'waiting');
    gate.send();
    await pool.waitall();
  },

  async 'growing a pool admits those who wait'({ GreenPool, Event }) {
    const pool = new GreenPool(1);
    const gate = new Event();
    await pool.spawn(() => gate.wait());
    const others = [1, 2, 3].map(() => pool.spawn(() => gate.wait()));
    pool.resize(3);
    equal([pool.running(), pool.waiting(), pool.free()], [3, 1, 0], 'running, waiting, free');

    gate.send();
    await Promise.all(others);
    await pool.waitall();
  },

  async 'a bounded queue holds its producer back'({ Queue }) {
    const queue = new Queue(2);
    const log = [];
    const producer = (async () => {
      for (const item of [1, 2, 3, 4]) {
        await queue.put(item);
        log.push(`put ${item}`);
      }
      queue.close();
    })();
    await turn();
    equal(log, ['put 1', 'put 2'], 'puts before the first get');
    const taken = [];
    for await (const item of queue) taken.push(item);
    await producer;

    equal(taken, [1, 2, 3, 4], 'items');
  },

  async 'a semaphore hands its permits over in order'({ Semaphore }) {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    const order = [];
    const waiters = ['a', 'b', 'c'].map(async (name) => {
      await semaphore.acquire();
      order.push(name);
      semaphore.release();
    });
    semaphore.release();
    await Promise.all(waiters);

    equal([order, semaphore.balance], [['a', 'b', 'c'], 1], 'order, balance');
  },

  async 'waitall covers what tasks spawn'({ GreenPool }) {
    const pool = new GreenPool(2);
    let done = 0;
    await pool.spawn(async () => {
      await turn();
      await pool.spawn(async () => {
        await turn();
        done += 1;
      });
      done += 1;
    });
    await pool.waitall();

    equal(done, 2, 'tasks done');
  },

  async 'a closed pool refuses work'({ GreenPool }) {
    const pool = new GreenPool(1);
    await pool.close();

    await rejects(
      pool.spawn(() => undefined),
      'ERR_POOL_CLOSED',
    );
  },

  async 'the module functions work without a pool'({ spawn, spawnAfter, withTimeout, sleep }) {
    equal(await spawn((a, b) => a + b, 1, 2).wait(), 3, 'spawn');
    equal(await spawnAfter(1, () => 'later').wait(), 'later', 'spawnAfter');
    await rejects(withTimeout(1, sleep, 60_000), 'ERR_TIMEOUT');
  },
};

/** These stand on AsyncLocalStorage, which browsers do not have. */
const contextFacts = {
  async 'a kill ends the sleep that the task is in'({ GreenPool, sleep }) {
    const pool = new GreenPool(1);
    const thread = await pool.spawn(sleep, 60_000);
    await turn();
    await thread.kill();

    equal([thread.state, pool.running()], ['killed', 0], 'state, running');
    await rejects(thread.wait(), 'ERR_KILLED');
  },

  async 'a pool of size 1 does not deadlock on itself'({ GreenPool }) {
    const pool = new GreenPool(1);
    const nest = async (depth) => {
      if (depth === 0) return 1;
      await turn();
      const ran = await pool.run(nest, depth - 1);
      const [mapped] = await pool.imap(nest, [depth - 1]).toArray();
      return ran + mapped;
    };

    equal(await pool.run(nest, 4), 16, 'leaves');
    equal(pool.running(), 0, 'running');
  },

  async 'getcurrent() finds the running thread below an await'({ GreenPool, getcurrent }) {
    const pool = new GreenPool(1);
    const thread = await pool.spawn(async () => {
      await turn();
      return getcurrent()?.id;
    });

    equal(await thread.wait(), thread.id, 'id');
    equal(getcurrent() === undefined, true, 'outside');
  },

  async 'waitall() inside a member is refused'({ GreenPool }) {
    const pool = new GreenPool(1);

    await rejects(
      pool.run(() => pool.waitall()),
      'ERR_POOL_DEADLOCK',
    );
  },
};

/**
 * @param greenpool the module
 * @param {boolean} hasContext whether this runtime has AsyncLocalStorage
 */
export async function smoke(greenpool, hasContext) {
  const counts = { passed: 0, failed: 0, failures: [] };
  for (const [fact, check] of Object.entries(hasContext ? { ...facts, ...contextFacts } : facts)) {
    try {
      await within(10_000, check(greenpool));
      counts.passed += 1;
    } catch (error) {
      counts.failed += 1;
      counts.failures.push(`${fact}\n${error?.stack ?? error}`);
    }
  }
  return counts;
}
