import { describe, expect, test } from 'vitest';
import { reports } from '../../support/failures.ts';
import { rejection } from '../../support/rejection.ts';
import { counts, haveBegun, openAll } from '../pool-contract/stage.ts';
import { bodies, ExecutorError, failures, tasks } from './library.ts';
import { usePools } from './pools.ts';

const { pool: makePool, flags: makeFlags } = usePools();

describe('a task that ends its thread', () => {
  test.each([0, 3])('by process.exit(%i) fails with ERR_WORKER_LOST and the exit code', async (code) => {
    const pool = makePool(1);

    const error = await rejection(pool.run(tasks.exit, code));

    expect(error).toBeInstanceOf(ExecutorError);
    expect(error).toMatchObject({ name: 'ExecutorError', code: 'ERR_WORKER_LOST', exitCode: code });
    expect(error).toMatchObject({ message: expect.stringContaining(`exit code ${code}`) });
    expect(error).toMatchObject({ message: expect.stringContaining('ran exit ended') });
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test.each([
    ['an error in a timer', failures.uncaught, 'in a timer'],
    ['a rejection that nobody handles', failures.unhandled, 'in a promise'],
  ])('by %s fails with ERR_WORKER_LOST and that error as its cause', async (_what, fn, message) => {
    const pool = makePool(1);

    const error = (await rejection(pool.run(fn))) as Error;

    expect(error).toMatchObject({ code: 'ERR_WORKER_LOST', message: expect.stringContaining(message) });
    expect(error.cause).toMatchObject({ name: 'RangeError', message });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('for want of memory fails with ERR_WORKER_LOST and says so', async () => {
    const pool = makePool(1, { resourceLimits: { maxOldGenerationSizeMb: 16 } });

    const error = (await rejection(pool.run(failures.outOfMemory))) as Error;

    expect(error).toMatchObject({ code: 'ERR_WORKER_LOST', message: expect.stringContaining('memory') });
    expect(error.cause).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
  });

  test('is tried again with retry, in another thread', async () => {
    const pool = makePool(1);
    const flags = makeFlags();

    const thread = await pool.with({ retry: { attempts: 3, base: 0 } }).spawn(failures.exitOnce, flags);

    expect(await thread.wait()).toBe(2);
    expect(thread.attempt).toBe(2);
  });

  test('is asked about by `when`, with the code', async () => {
    const pool = makePool(1);
    const codes: unknown[] = [];
    const when = (error: unknown): boolean => {
      codes.push((error as { code?: unknown }).code);
      return false;
    };

    const error = await rejection(pool.with({ retry: { attempts: 3, base: 0, when } }).run(tasks.exit, 1));

    expect(error).toMatchObject({ code: 'ERR_WORKER_LOST' });
    expect(codes).toEqual(['ERR_WORKER_LOST']);
  });

  test('leaves those in other threads alone', async () => {
    const pool = makePool(2);
    const flags = makeFlags();
    const other = pool.run(tasks.stage, flags, 1);
    await haveBegun(flags, 1);

    expect(await rejection(pool.run(tasks.exit, 1))).toMatchObject({ code: 'ERR_WORKER_LOST' });
    openAll(flags);

    expect(await other).toBe(1);
  });

  test('fails in its place in a map, which goes on', async () => {
    const pool = makePool(2);
    const flags = makeFlags();
    const map = pool.imap(failures.exitOnce, [flags, flags, flags]).settled();

    const results = await map.toArray();

    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'ERR_WORKER_LOST' } },
    ]);
    expect(results).toHaveLength(3);
  });

  test('goes to onError when nobody has its handle, and waitall() ends', async () => {
    const { errors, onError } = reports();
    const pool = makePool(1, { onError });

    await pool.spawnN(tasks.exit, 2);
    await pool.waitall();

    expect(errors).toMatchObject([{ code: 'ERR_WORKER_LOST', exitCode: 2 }]);
  });

  test('does so as often as it likes', async () => {
    const pool = makePool(2);

    const calls = Array.from({ length: 8 }, (_, n) =>
      n % 2 === 0 ? rejection(pool.run(tasks.exit, n)) : pool.run(tasks.double, n),
    );

    expect(await Promise.all(calls)).toMatchObject([
      { exitCode: 0 },
      2,
      { exitCode: 2 },
      6,
      { exitCode: 4 },
      10,
      { exitCode: 6 },
      14,
    ]);
    expect(counts(pool)).toEqual({ running: 0, free: 2, waiting: 0 });
  });
});

describe('a thread that ends with nothing to do', () => {
  test('harms nobody', async () => {
    const pool = makePool(1);
    const flags = makeFlags();
    const where = await pool.run(bodies.where);
    expect(await pool.run(failures.leaveBomb, flags)).toBe('left');

    await haveBegun(flags, 1);
    const again = await pool.with({ retry: { attempts: 5, base: 1 } }).run(bodies.where);

    expect(again).not.toBe(where);
    expect(counts(pool)).toEqual({ running: 0, free: 1, waiting: 0 });
  });
});
