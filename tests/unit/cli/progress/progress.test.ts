import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import type { InputSource } from '../../../../src/cli/input/source.ts';
import { startProgress } from '../../../../src/cli/progress/progress.ts';
import { Screen } from '../../../../src/cli/progress/screen.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { FakeTicks } from '../fake-ticks.ts';

const pipe: InputSource = { name: undefined, stats: undefined, open: () => new PassThrough() };

function setUp(style: 'bar' | 'lines' | 'none') {
  const writes: string[] = [];
  const ticks = new FakeTicks();
  const tally = new Tally();
  const screen = new Screen({ write: (text) => writes.push(String(text)), columns: 80 });
  const reader = new ItemReader([pipe], 'lines');
  const stop = startProgress({
    style,
    hasColor: false,
    host: { screen, ticks },
    tally,
    reader,
    pool: { isPaused: false, waiting: () => 3 },
  });
  return { writes, ticks, tally, stop };
}

describe('startProgress', () => {
  test('bar redraws at most ten times a second', () => {
    const { writes, ticks } = setUp('bar');

    ticks.pass(1000);

    expect(writes).toHaveLength(10);
  });

  test('bar leaves the terminal clean, and no timer', () => {
    const { writes, ticks, tally, stop } = setUp('bar');
    tally.ended.done = 5;

    ticks.pass(1000);
    stop();

    expect(writes.at(-2)).toContain('5 finished');
    expect(writes.at(-1)).toBe('\r\x1b[K');
    expect(ticks.pending).toBe(0);
  });

  test('lines prints one every ten seconds', () => {
    const { writes, ticks, tally } = setUp('lines');
    tally.running = 2;

    ticks.pass(25_000);

    expect(writes).toEqual(Array(2).fill('greenpool: 0 finished, 0/s, 2 running, 3 waiting\n'));
  });

  test('none writes nothing', () => {
    const { writes, ticks } = setUp('none');

    ticks.pass(60_000);

    expect(writes).toEqual([]);
  });
});
