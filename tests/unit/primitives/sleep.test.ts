import { describe, expect, test } from 'vitest';
import { sleep } from '../../../src/primitives/sleep.ts';
import { settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope } from './support.ts';

const clock = useManualClock();

describe('sleep', () => {
  test('waits for its time and no longer', async () => {
    const nap = watch(sleep(10));

    await clock.now.advance(9);
    expect(nap.state).toBe('pending');
    await clock.now.advance(1);

    expect(nap.state).toBe('done');
  });

  test('sleepers of the same moment wake in call order, and share one timer', async () => {
    const log: number[] = [];
    for (const id of [1, 2, 3]) void sleep(10).then(() => log.push(id));
    expect(clock.now.pending).toBe(1);

    await clock.now.advance(10);

    expect(log).toEqual([1, 2, 3]);
  });

  test('of 0 takes one macrotask turn and no time', async () => {
    const log: string[] = [];
    setImmediate(() => log.push('I/O'));
    const nap = sleep().then(() => log.push('slept'));
    expect(clock.now.pending).toBe(0);
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    log.push('microtasks');

    await nap;

    expect(log).toEqual(['microtasks', 'I/O', 'slept']);
  });

  test('of Infinity holds no timer and ends by a kill', async () => {
    const { scope, result } = inScope(() => watch(sleep(Number.POSITIVE_INFINITY)));
    expect(clock.now.pending).toBe(0);
    await clock.now.advance(1e12);
    expect(result.state).toBe('pending');

    scope.deliver('killed');

    await settle();
    expect(result.error).toBe('killed');
  });

  test.each([0, 10])('of %s that is killed throws at once and leaves no timer', async (ms) => {
    const { scope, result } = inScope(() => watch(sleep(ms)));

    scope.deliver('killed');

    expect(clock.now.pending).toBe(0);
    await Promise.resolve();
    expect(result.error).toBe('killed');
  });

  test('a kill reaches all that is parked at once, and what comes later can sleep again', async () => {
    const { scope, result } = inScope(async () => {
      const reasons = await Promise.all([sleep(5), sleep(5)].map((nap) => nap.catch((reason) => reason)));
      await sleep();
      return reasons;
    });

    scope.deliver('killed');

    expect(await result).toEqual(['killed', 'killed']);
  });

  test('a kill that finds nothing parked is thrown by the next sleep, once', async () => {
    const { scope, result } = inScope(async () => {
      await Promise.resolve();
      const reason = await sleep().catch((error) => error);
      await sleep();
      return reason;
    });

    scope.deliver('killed');

    expect(await result).toBe('killed');
  });

  test('a kill is no unhandled rejection in a sleep that nobody looks at', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);
    const { scope } = inScope(() => void sleep(10));

    scope.deliver('killed');

    await settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  test.each([
    [-1, RangeError],
    [Number.NaN, TypeError],
    ['10', TypeError],
  ])('of %s rejects', async (ms, error) => {
    // @ts-expect-error: the wrong kind, on purpose
    await expect(sleep(ms)).rejects.toThrow(error);
  });

  test('a wrong duration does not use a kill up', async () => {
    const { scope, result } = inScope(async () => {
      await Promise.resolve();
      const first = await sleep(-1).catch((error) => error.name);
      return [first, await sleep().catch((reason) => reason)];
    });

    scope.deliver('killed');

    expect(await result).toEqual(['RangeError', 'killed']);
  });

  test('beyond the range of host timers does not end at once', async () => {
    const nap = watch(sleep(2 ** 31));

    await clock.now.advance(2 ** 31 - 1);
    expect(nap.state).toBe('pending');
    await clock.now.advance(1);

    expect(nap.state).toBe('done');
  });
});
