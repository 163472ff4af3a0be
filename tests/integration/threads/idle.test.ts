import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { useWarnings } from '../../support/warnings.ts';
import { haveBegun } from '../pool-contract/stage.ts';
import { bodies, builtRoot, places, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();
const manyTurns = 1_000_000;

/** Resolves when the event loop has turned so often that a free lane has ended. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when the timer that a task left behind has stopped. */
async function fallsSilent(flags: Int32Array): Promise<void> {
  for (let last = -1; last !== flags[places.begun]; ) {
    last = Atomics.load(flags, places.begun);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a thread between two calls', () => {
  const warnings = useWarnings();

  test('keeps no listener of what it did before', async () => {
    const pool = makePool(1);

    for (let n = 0; n < 30; n += 1) {
      expect(await pool.run(tasks.double, n)).toBe(n * 2);
      await rest();
    }

    expect(warnings.map(({ message }) => message)).toEqual([]);
  });

  test('is used again', async () => {
    const pool = makePool(1);
    const first = await pool.run(bodies.where);
    await rest();

    expect(await pool.run(bodies.where)).toBe(first);
  });

  test('goes on with the timers that a task left behind', async () => {
    const pool = makePool(1);
    const flags = makeFlags();

    await pool.run(bodies.leaveTimer, flags, 5);

    expect(await haveBegun(flags, 5)).toHaveLength(5);
  });

  test('leaves after idleTimeout; a new one comes when it is needed', async () => {
    const pool = makePool(1, { idleTimeout: 200 });
    const flags = makeFlags();
    const first = await pool.run(bodies.where);
    await pool.run(bodies.leaveTimer, flags, manyTurns);
    await haveBegun(flags, 1);

    await fallsSilent(flags);

    expect(await pool.run(bodies.where)).not.toBe(first);
  });

  test('is ended by close()', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    await pool.run(bodies.leaveTimer, flags, manyTurns);
    await haveBegun(flags, 1);

    await pool.close();

    const count = flags[places.begun];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(flags[places.begun]).toBe(count);
  });
});

describe('a process', () => {
  const url = (path: string): string => JSON.stringify(pathToFileURL(join(builtRoot, path)).href);
  const start = `
    import { ThreadPool } from ${url('dist/threads/index.js')};
    import { tasks } from ${url('tasks/tasks.js')};
  `;
  const run = async (body: string): Promise<string> => {
    const flags = ['--input-type=module', '--eval', start + body];
    // Killed, and thereby failed, long before the default idleTimeout and the tests' own time are over.
    const { stdout } = await promisify(execFile)(process.execPath, flags, { timeout: 8_000 });
    return stdout;
  };

  test.each(['undefined', 'Infinity', '60_000'])(
    'ends by itself when a pool that was used is not closed (idleTimeout %s)',
    async (idleTimeout) => {
      const stdout = await run(`
        const pool = new ThreadPool(2, { idleTimeout: ${idleTimeout} });
        console.log(await Promise.all([pool.run(tasks.add, 1, 2), pool.run(tasks.add, 3, 4)]));
      `);

      expect(stdout).toBe('[ 3, 7 ]\n');
    },
  );

  test('ends by itself when a pool was never used', async () => {
    expect(await run('new ThreadPool(2); console.log(1);')).toBe('1\n');
  });

  test('does not end while a task runs, or waits', async () => {
    const stdout = await run(`
      const pool = new ThreadPool(1);
      for (const n of [1, 2, 3]) pool.run(tasks.nap, 20).then((text) => console.log(n, text));
    `);

    expect(stdout).toBe('1 rested\n2 rested\n3 rested\n');
  });

  test('ends by itself after a kill that ended a thread', async () => {
    const stdout = await run(`
      const pool = new ThreadPool(1, { grace: 5 });
      const thread = await pool.spawn(tasks.spin);
      await thread.kill();
      console.log(thread.state);
    `);

    expect(stdout).toBe('killed\n');
  });

  test('is told of a failure that nobody looked at, before it ends', async () => {
    const stdout = await run(`
      const pool = new ThreadPool(1, { onError: ({ message }) => console.log(message) });
      await pool.spawn(tasks.fail, 'unseen');
    `);

    expect(stdout).toBe('unseen\n');
  });
});
