import { describe, expect, test } from 'vitest';
import { currentClock, systemClock } from '../../../src/primitives/clock.ts';
import { sleep } from '../../../src/primitives/sleep.ts';
import { ManualClock, settle } from '../../../src/testing/index.ts';

describe('ManualClock.advance', () => {
  test('fires what is due in order of time, each at its own moment', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    for (const ms of [30, 10, 20, 41]) clock.setTimer(() => log.push(`${ms}@${clock.now()}`), ms);

    await clock.advance(40);

    expect(log).toEqual(['10@10', '20@20', '30@30']);
    expect([clock.now(), clock.pending]).toEqual([40, 1]);
  });

  test('fires equal moments in the order in which they were set', async () => {
    const clock = new ManualClock();
    const log: number[] = [];
    for (const id of [1, 2, 3]) clock.setTimer(() => log.push(id), 10);

    await clock.advance(10);

    expect(log).toEqual([1, 2, 3]);
  });

  test('lets everything that follows from one timer happen before the next one', async () => {
    const clock = new ManualClock();
    const uninstall = clock.install();
    const log: string[] = [];
    const steps = async (): Promise<void> => {
      for (const step of ['a', 'b', 'c']) {
        log.push(step);
        await sleep();
      }
    };
    clock.setTimer(() => void steps(), 10);
    clock.setTimer(() => log.push('later'), 11);

    await clock.advance(11);

    uninstall();
    expect(log).toEqual(['a', 'b', 'c', 'later']);
  });

  test('fires timers that were set by timers', async () => {
    const clock = new ManualClock();
    const uninstall = clock.install();
    let naps = 0;
    const napping = (async () => {
      for (; naps < 5; naps += 1) await sleep(10);
    })();

    await clock.advance(50);

    uninstall();
    await napping;
    expect([naps, clock.pending]).toEqual([5, 0]);
  });

  test('calls that overlap pass one after the other', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.setTimer(() => log.push('timer'), 15);

    await Promise.all([
      clock.advance(10).then(() => log.push(`first ${clock.now()}`)),
      clock.advance(10).then(() => log.push(`second ${clock.now()}`)),
    ]);

    expect(log).toEqual(['first 10', 'timer', 'second 20']);
  });

  test('rejects when a timer throws, and works again afterwards', async () => {
    const clock = new ManualClock();
    clock.setTimer(() => {
      throw new Error('boom');
    }, 5);

    await expect(clock.advance(5)).rejects.toThrow('boom');
    await clock.advance(5);

    expect(clock.now()).toBe(10);
  });

  test.each([
    [-1, RangeError],
    [Number.NaN, TypeError],
    [Number.POSITIVE_INFINITY, RangeError],
  ])('by %s rejects', async (ms, error) => {
    await expect(new ManualClock().advance(ms)).rejects.toThrow(error);
  });
});

describe('ManualClock.setTimer', () => {
  test('taken back does not fire and is not pending', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    const timer = clock.setTimer(() => log.push('fired'), 10);
    expect(clock.pending).toBe(1);

    timer.clear();
    timer.clear();

    expect(clock.pending).toBe(0);
    await clock.advance(10);
    expect(log).toEqual([]);
  });

  test('of 0 fires in the next turn without an advance, and does not touch later ones', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.setTimer(() => log.push('later'), 1);
    for (const id of ['a', 'b']) clock.setTimer(() => log.push(id), 0);
    expect(log).toEqual([]);

    await settle();

    expect([log, clock.pending]).toEqual([['a', 'b'], 1]);
  });
});

describe('ManualClock.burn', () => {
  test('moves the time without firing; what fell due fires in the next turns', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    for (const ms of [30, 10, 60]) clock.setTimer(() => log.push(`${ms}@${clock.now()}`), ms);

    clock.burn(50);

    expect([clock.now(), log]).toEqual([50, []]);
    await settle();
    expect(log).toEqual(['10@50', '30@50']);
  });

  test('inside a timer delays those that follow', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.setTimer(() => clock.burn(25), 10);
    clock.setTimer(() => log.push(`late ${clock.now()}`), 20);

    await clock.advance(20);

    expect([log, clock.now()]).toEqual([['late 35'], 35]);
  });
});

describe('ManualClock.now', () => {
  test('never goes back, however much fell due while time was burnt', async () => {
    const clock = new ManualClock();
    const moments: number[] = [];
    clock.setTimer(() => clock.burn(100), 1);
    for (let at = 2; at < 50; at += 1) clock.setTimer(() => moments.push(clock.now()), at);

    await clock.advance(50);

    expect(new Set(moments)).toEqual(new Set([101]));
    expect([moments.length, clock.now()]).toEqual([48, 101]);
  });
});

describe('ManualClock.install', () => {
  test('makes it the default clock until taken back, once', () => {
    const clock = new ManualClock();

    const uninstall = clock.install();
    expect(currentClock()).toBe(clock);
    uninstall();
    const again = new ManualClock().install();
    uninstall();

    expect(currentClock()).not.toBe(systemClock);
    again();
    expect(currentClock()).toBe(systemClock);
  });
});
