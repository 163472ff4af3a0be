import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ThreadPool, tasks } from './library.ts';

describe('ThreadPool.close', () => {
  test('reports no crash when the thread of a task that was killed has not started yet', async () => {
    const reported: unknown[] = [];
    const pool = new ThreadPool(1, { onError: (error) => reported.push(error) });

    const thread = await pool.spawn(tasks.spin);
    await turn(); // its call is sent
    await thread.kill();
    await pool.close();

    expect(reported).toEqual([]);
  });
});
