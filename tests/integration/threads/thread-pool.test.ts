import type { ThreadPoolOptions } from 'greenpool/threads';
import { afterEach, describe, expect, test } from 'vitest';
import { open, reaches, shared, ThreadPool, tasks } from './library.ts';

const pools: InstanceType<typeof ThreadPool>[] = [];
function makePool(size: number, options?: ThreadPoolOptions): InstanceType<typeof ThreadPool> {
  const pool = new ThreadPool(size, options);
  pools.push(pool);
  return pool;
}
afterEach(async () => {
  for (const pool of pools.splice(0)) {
    await pool.kill();
    await pool.close();
  }
});

describe('ThreadPool.run', () => {
  test('gives what the task returns in another thread', async () => {
    const pool = makePool(2);

    expect(await pool.run(tasks.add, 1, 2)).toBe(3);
    expect(await pool.run(tasks.addLater, 1, 2)).toBe(3);
  });

  test('runs no more tasks at a time than there are slots', async () => {
    const pool = makePool(2);
    const flags = shared();

    const held = [1, 2, 3].map(() => pool.run(tasks.hold, flags));
    await reaches(flags, 0, 2);

    expect([pool.running(), pool.waiting()]).toEqual([2, 1]);
    open(flags, 1);
    expect(await Promise.all(held)).toEqual(['held', 'held', 'held']);
  });
});
