import { PassThrough } from 'node:stream';
import { GreenPool } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import type { InputSource } from '../../../../src/cli/input/source.ts';
import { startProgress } from '../../../../src/cli/progress/progress.ts';
import { Screen } from '../../../../src/cli/progress/screen.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { FakeTicks } from '../fake-ticks.ts';

const pipe: InputSource = { name: undefined, stats: undefined, open: () => new PassThrough() };

async function setUp(style: 'bar' | 'lines' | 'json' | 'none') {
  const writes: string[] = [];
  const ticks = new FakeTicks();
  const tally = new Tally();
  const screen = new Screen({ write: (text) => writes.push(String(text)), columns: 80 });
  const reader = new ItemReader([pipe], 'lines');
  const pool = new GreenPool(1);
  const host = { screen, ticks };
  const progress = await startProgress({
    style,
    hasColor: false,
    host,
    tally,
    reader,
    pool,
    keyName: undefined,
  });
  return { writes, ticks, tally, pool, progress };
}

describe('startProgress', () => {
  test('bar redraws at most ten times a second', async () => {
    const { writes, ticks } = await setUp('bar');

    ticks.pass(1000);

    expect(writes).toHaveLength(10);
  });

  test('bar leaves the terminal clean, and no timer', async () => {
    const { writes, ticks, tally, progress } = await setUp('bar');
    tally.ended.done = 5;

    ticks.pass(1000);
    progress.stop();

    expect(writes.at(-2)).toContain('5 finished');
    expect(writes.at(-1)).toBe('\r\x1b[K');
    expect(ticks.pending).toBe(0);
  });

  test('lines prints one every ten seconds', async () => {
    const { writes, ticks, tally } = await setUp('lines');
    tally.running = 2;

    ticks.pass(25_000);

    expect(writes).toEqual(Array(2).fill('greenpool: 0 finished, 0/s, 2 running, 0 waiting\n'));
  });

  test('json prints an object a second, and at the end one with the exit code', async () => {
    const { writes, ticks, tally, progress } = await setUp('json');
    tally.running = 2;

    ticks.pass(2500);
    progress.stop();
    tally.running = 0;
    tally.ended.failed = 2;
    progress.end(1);

    const objects = writes.map((line) => JSON.parse(line) as object);
    expect(objects).toHaveLength(3);
    expect(objects[1]).toMatchObject({ finished: 0, running: 2, elapsedMs: 2000, perSecond: 0 });
    expect(objects[1]).not.toHaveProperty('final');
    expect(objects[2]).toMatchObject({ finished: 2, failed: 2, elapsedMs: 2500, final: true, exitCode: 1 });
    expect(ticks.pending).toBe(0);
  });

  test('tells what items wait for in the pool', async () => {
    const { writes, ticks, pool, progress } = await setUp('json');
    pool.pause();
    void pool.spawn(() => {});
    await settle();

    ticks.pass(1000);
    progress.stop();
    pool.resume();

    expect(JSON.parse(writes[0] ?? '')).toMatchObject({
      waiting: { queued: 0, rate: 0, key: 0, paused: 1, backoff: 0 },
      paused: true,
    });
  });

  test('none writes nothing', async () => {
    const { writes, ticks } = await setUp('none');

    ticks.pass(60_000);

    expect(writes).toEqual([]);
  });
});
