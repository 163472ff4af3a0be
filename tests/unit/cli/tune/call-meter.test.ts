import { describe, expect, test } from 'vitest';
import type { Item } from '../../../../src/cli/input/item.ts';
import { CallMeter } from '../../../../src/cli/tune/call-meter.ts';

const itemOf = (id: number): Item => ({
  id,
  value: id,
  error: undefined,
  line: id,
  source: undefined,
  raw: undefined,
});

class FakeClock {
  time = 0;
  readonly now = (): number => this.time;
  readonly watchLoop = () => () => 0.25;
}

/** Calls that all take `ms`, always `size` at a time, `rounds` times; `fails` says which end badly. */
function run(size: number, rounds: number, ms: number, fails: (id: number) => boolean = () => false) {
  const clock = new FakeClock();
  const meter = new CallMeter(size, clock);
  for (let round = 0; round < rounds; round += 1) {
    const items = Array.from({ length: size }, (_, index) => itemOf(round * size + index));
    // A slot that comes free is taken at once: the calls of a round begin as those before them end.
    if (round === 0) for (const item of items) meter.begin(item);
    clock.time += ms;
    for (const [index, item] of items.entries()) {
      if (fails(item.id)) meter.fallShort(item, { status: 'failed', error: new Error('no') });
      else meter.succeed(item);
      if (round < rounds - 1) meter.begin(itemOf((round + 1) * size + index));
    }
  }
  return meter;
}

describe('CallMeter', () => {
  test.each([
    [1, 8, 10, 100],
    [4, 8, 10, 400],
    [16, 3, 100, 160],
  ])('%d at a time, %d times %d ms: %d a second', (size, rounds, ms, perSecond) => {
    const result = run(size, rounds, ms).result();

    expect(result).toMatchObject({ size, perSecond, p50: ms, p95: ms, failed: 0, slotUse: 1, loopUse: 0.25 });
    expect(result?.calls).toBe(size * rounds);
  });

  test('what failed is counted, but is no throughput', () => {
    expect(run(4, 8, 10, (id) => id % 2 === 0).result()).toMatchObject({
      perSecond: 200,
      failed: 16,
      calls: 32,
    });
  });

  test('what was skipped is throughput, what was cancelled is nothing', () => {
    const clock = new FakeClock();
    const meter = new CallMeter(1, clock);
    for (const id of [1, 2, 3, 4]) {
      meter.begin(itemOf(id));
      clock.time += 10;
      if (id < 4) meter.fallShort(itemOf(id), { status: 'skipped', reason: 'cached' });
      else meter.fallShort(itemOf(id), { status: 'cancelled', error: undefined });
    }

    expect(meter.result()).toMatchObject({ calls: 3, failed: 0, perSecond: 100 });
  });

  test('slots that stand empty show', () => {
    const clock = new FakeClock();
    const meter = new CallMeter(2, clock);
    for (let id = 0; id < 8; id += 1) {
      meter.begin(itemOf(id));
      clock.time += 10;
      meter.succeed(itemOf(id));
    }

    expect(meter.result()?.slotUse).toBe(0.5);
  });

  test('too few calls say nothing', () => {
    expect(run(4, 2, 10).result()).toBeUndefined();
    expect(run(4, 3, 10).result()).toBeDefined();
  });

  test('an item that never began, as a line that cannot be read, is no call', () => {
    const meter = new CallMeter(1, new FakeClock());

    meter.fallShort(itemOf(1), { status: 'failed', error: new Error('no') });

    expect(meter.result()).toBeUndefined();
  });

  test('calls that take no time the clock can see give a finite number', () => {
    expect(Number.isFinite(run(1, 8, 0).result()?.perSecond)).toBe(true);
  });
});
