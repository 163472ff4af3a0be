import { describe, expect, test } from 'vitest';
import { runProgram } from '../../support/child.ts';

describe('a process that ends', () => {
  test('reports, at beforeExit, each failure that nobody looked at, though the handle is kept', async () => {
    const { code, stdout } = await runProgram(`
      const onError = (error, { pool, name }) => console.log(error.message, pool, name);
      const pool = new greenpool.GreenPool(2, { name: 'mail', onError });
      globalThis.kept = [];
      for (const name of ['one', 'two']) {
        globalThis.kept.push(await pool.with({ name }).spawn(async () => { throw new Error('failed ' + name); }));
      }
      await pool.waitall();
      console.log('end of the program');
    `);

    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([
      'end of the program',
      'failed one mail one',
      'failed two mail two',
    ]);
  });

  test('reports nothing that somebody waited for', async () => {
    const { stdout } = await runProgram(`
      const pool = new greenpool.GreenPool(2, { onError: () => console.log('reported') });
      const thread = await pool.spawn(async () => { throw new Error('seen'); });
      await thread.wait().catch(() => console.log('seen'));
    `);

    expect(stdout.trim()).toBe('seen');
  });

  test('reports once what was collected before', async () => {
    const { stdout } = await runProgram(`
      const pool = new greenpool.GreenPool(2, { onError: (error) => console.log(error.message) });
      await (async () => { await pool.spawn(async () => { throw new Error('lost'); }); })();
      await pool.waitall();
      for (let n = 0; n < 20; n += 1) { gc(); await greenpool.sleep(1); }
    `);

    expect(stdout.trim()).toBe('lost');
  });

  test('warns on standard error by default, and does not crash', async () => {
    const { code, stderr } = await runProgram(`
      greenpool.spawn(() => { throw new Error('nobody looked'); });
      greenpool.spawnN(() => { throw new Error('of spawnN'); });
    `);

    expect(code).toBe(0);
    expect(stderr).toContain('nobody looked');
    expect(stderr).toContain('of spawnN');
  });

  test('is not kept alive by pools, queued callers, idle handles or sleeps without end', async () => {
    const { code, stdout } = await runProgram(`
      const pool = new greenpool.GreenPool(0);
      void pool.spawn(() => {});
      void greenpool.sleep(Infinity);
      greenpool.spawnAfter(Infinity, () => {});
      void pool.waitall();
      console.log('end');
    `);

    expect([code, stdout.trim()]).toEqual([0, 'end']);
  });

  test('does not crash on an onError that throws or rejects', async () => {
    const { code, stderr } = await runProgram(`
      const throwing = new greenpool.GreenPool(1, { onError: () => { throw new Error('thrown by onError'); } });
      const rejecting = new greenpool.GreenPool(1, { onError: async () => { throw new Error('rejected by onError'); } });
      for (const pool of [throwing, rejecting]) {
        await pool.spawnN(() => { throw new Error('task'); });
        await pool.waitall();
      }
    `);

    expect(code).toBe(0);
    expect(stderr).toContain('thrown by onError');
    expect(stderr).toContain('rejected by onError');
  });
});
