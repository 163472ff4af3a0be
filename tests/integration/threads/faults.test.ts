import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { haveBegun } from '../pool-contract/stage.ts';
import { makeKnown, notes, outcomes, submit } from './ahead-calls.ts';
import { ahead, bodies, builtRoot, streams, tasks, transfer } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

describe('a call in a busy loop, sent together with short ones', () => {
  test.each([1, 2])('has a handle and holds up nobody before it, in a pool of %i', async (size) => {
    const pool = makePool(size);
    const flags = makeFlags();
    await makeKnown(pool, flags);

    const before = submit(pool, notes(1, 20));
    const spawning = pool.spawn(ahead.act, 'spin', 21);
    const behind = submit(pool, notes(22, 40));

    expect(await outcomes(before)).toEqual(notes(1, 20).map(([, id]) => id));
    await (await spawning).kill();
    expect(await outcomes(behind)).toEqual(notes(22, 40).map(([, id]) => id));
    // Each has run once, though the thread was ended in the middle.
    expect((await haveBegun(flags, 40)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    );
  });
});

describe('a thread that cannot start', () => {
  test('fails its call with ERR_WORKER_LOST', async () => {
    // In a process of its own, since what keeps threads from starting does so for all of a process.
    const noThreads = `import { isMainThread } from 'node:worker_threads';
      if (!isMainThread) throw new Error('no threads here');`;
    const program = `import { ThreadPool } from 'greenpool/threads';
      import { tasks } from ${JSON.stringify(join(builtRoot, 'tasks/tasks.js'))};
      const pool = new ThreadPool(1);
      await pool.run(tasks.add, 1, 2).catch(({ code, message }) => console.log(code, message, pool.running()));`;

    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(noThreads)}`,
        '--input-type=module',
        '-e',
        program,
      ],
      { cwd: builtRoot },
    );

    expect(stdout).toMatch(/^ERR_WORKER_LOST .*no threads here.* 0\n$/);
  });
});

describe('a thread that something left behind keeps busy', () => {
  test('is ended with the task that is killed before it begins', async () => {
    const pool = makePool(1, { grace: 20 });
    await pool.run(bodies.leaveLoop);
    // Until the loop has begun.
    await pool
      .with({ timeout: 50 })
      .run(tasks.add, 1, 1)
      .catch(() => undefined);

    await pool
      .with({ timeout: 50 })
      .run(tasks.add, 1, 1)
      .catch(() => undefined);

    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });
});

describe('a call whose thread ends before it begins', () => {
  test('is made again, but not if something of it was moved', async () => {
    const pool = makePool(1);
    const ends = new Set<unknown>();
    for (let round = 0; round < 4; round += 1) {
      await pool.run(bodies.leaveExit);
      const bytes = new Uint8Array(8);
      const moved = pool.run(bodies.lengthOf, transfer(bytes, [bytes.buffer]));
      ends.add((await outcomes([moved]))[0]);

      await pool.run(bodies.leaveExit);
      expect(await pool.run(bodies.lengthOf, new Uint8Array(8))).toBe(8);
    }

    // Never 0: an empty buffer in the place of the one that is lost.
    expect([...ends].filter((end) => end !== 8 && end !== 'ERR_WORKER_LOST')).toEqual([]);
  });
});

describe('a stream', () => {
  test('that is left while its module is being loaded ends', async () => {
    const pool = makePool(1);
    const stream = pool.stream(streams.count, makeFlags(), 1_000_000);
    const first = stream.next();

    await stream.return();

    expect(pool.running()).toBe(0);
    expect([true, false, undefined]).toContain((await first).done);
  });

  test('gives objects as they were when they were yielded', async () => {
    const pool = makePool(1);
    const items: number[] = [];

    for await (const { n } of pool.stream(bodies.yieldSame, 5)) items.push(n);

    expect(items).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('what Node cannot read on the other side', () => {
  test('of an argument fails the call', async () => {
    const pool = makePool(1);
    const bytes = new Uint8Array(4);
    structuredClone(bytes, { transfer: [bytes.buffer] });

    expect(await rejection(pool.run(bodies.lengthOf, bytes))).toBeInstanceOf(TypeError);
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('of a result fails the call', async () => {
    const pool = makePool(1);

    expect(await rejection(pool.run(bodies.giveDetached))).toBeInstanceOf(TypeError);
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });
});
