import { GreenThread, spawn, spawnAfter, spawnN } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { rejection, thrown } from '../../support/rejection.ts';
import { useManualClock } from '../../support/time.ts';

const clock = useManualClock();

describe('spawn', () => {
  test('gives the handle at once, and the first line runs after the call', async () => {
    const log: string[] = [];

    const thread = spawn((name: string) => log.push(name), 'task');
    log.push('returned');

    expect(thread).toBeInstanceOf(GreenThread);
    expect(thread.state).toBe('pending');
    await thread.wait();
    expect(log).toEqual(['returned', 'task']);
  });

  test('starts in call order, has no bound, and needs no pool', async () => {
    const log: number[] = [];
    const threads = [...Array(2000).keys()].map((n) => spawn(() => log.push(n)));

    await Promise.all(threads.map((thread) => thread.wait()));

    expect(log).toEqual([...Array(2000).keys()]);
  });

  test('takes what is no function as a TypeError outcome', async () => {
    const thread = spawn('name' as unknown as () => void);

    expect(await rejection(thread.wait())).toBeInstanceOf(TypeError);
  });
});

describe('spawnN', () => {
  test('runs the function after the call, and gives nothing', async () => {
    const log: string[] = [];

    const returned: unknown = spawnN((name: string) => log.push(name), 'task');
    log.push('returned');

    await settle();
    expect([returned, log]).toEqual([undefined, ['returned', 'task']]);
  });
});

describe('spawnAfter', () => {
  test('starts after its time, and is pending until then', async () => {
    const log: string[] = [];
    const thread = spawnAfter(10, (name: string) => log.push(name), 'task');

    await clock.now.advance(9);
    expect([thread.state, log]).toEqual(['pending', []]);
    await clock.now.advance(1);

    expect([thread.state, log]).toEqual(['done', ['task']]);
  });

  test('of 0 starts in the next turn', async () => {
    const log: string[] = [];
    const thread = spawnAfter(0, () => log.push('task'));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    log.push('microtasks');

    await thread.wait();

    expect(log).toEqual(['microtasks', 'task']);
  });

  test('of Infinity never starts, sets no timer, and can be killed', async () => {
    const thread = spawnAfter(Number.POSITIVE_INFINITY, () => 'never');
    expect(clock.now.pending).toBe(0);

    await clock.now.advance(1e15);
    await thread.kill('reason');

    expect(await rejection(thread.wait())).toBe('reason');
  });

  test('that is cancelled never runs and leaves no timer', async () => {
    const log: string[] = [];
    const thread = spawnAfter(10, () => log.push('ran'));

    expect(thread.cancel('reason')).toBe(true);

    expect([thread.state, clock.now.pending]).toEqual(['killed', 0]);
    await clock.now.advance(20);
    expect(log).toEqual([]);
    expect(await rejection(thread.wait())).toBe('reason');
  });

  test('that is killed calls its links at once', async () => {
    const log: string[] = [];
    const thread = spawnAfter(10, () => {});
    thread.link((ended) => log.push(ended.state));

    void thread.kill();

    expect(log).toEqual(['killed']);
  });

  test.each([
    [Number.NaN, TypeError, 'NaN'],
    ['5', TypeError, '"5"'],
    [undefined, TypeError, 'undefined'],
    [-1, RangeError, '-1'],
  ])('refuses %o in the call, with the value', (ms, type, shown) => {
    const error = thrown(() => spawnAfter(ms as number, () => 1));

    expect(error).toBeInstanceOf(type);
    expect(String(error)).toContain(shown);
  });

  test('of the same moment start in call order', async () => {
    const log: number[] = [];
    for (const n of [1, 2, 3]) spawnAfter(10, () => log.push(n));

    await clock.now.advance(10);

    expect(log).toEqual([1, 2, 3]);
  });
});
