import { describe, expect, test } from 'vitest';
import { BoundedSemaphore, Semaphore } from '../../../src/primitives/semaphore.ts';
import { settle } from '../../../src/testing/index.ts';
import { useManualClock } from '../../support/time.ts';
import { watch } from '../../support/watch.ts';
import { inScope, listeners, thrown } from './support.ts';

const clock = useManualClock();

describe('new Semaphore', () => {
  test('has one permit unless told otherwise', () => {
    expect([new Semaphore().balance, new Semaphore(3).balance, new Semaphore(0).locked()]).toEqual([
      1,
      3,
      true,
    ]);
  });

  test.each([Number.NaN, 1.5, '1', null])('of %s is a TypeError', (n) => {
    // @ts-expect-error: the wrong kind, on purpose
    expect(() => new Semaphore(n)).toThrow(TypeError);
  });

  test('of a negative number is a RangeError', () => {
    expect(() => new Semaphore(-1)).toThrow(RangeError);
  });

  test('of Infinity never locks', async () => {
    const semaphore = new Semaphore(Number.POSITIVE_INFINITY);

    await semaphore.acquire();

    expect([semaphore.locked(), semaphore.balance]).toEqual([false, Number.POSITIVE_INFINITY]);
  });
});

describe('Semaphore.acquire', () => {
  test('takes permits until none is left, then waits in call order', async () => {
    const semaphore = new Semaphore(2);
    const log: number[] = [];
    const permits = [await semaphore.acquire(), await semaphore.acquire()];
    for (const id of [1, 2, 3]) void semaphore.acquire().then(() => log.push(id));
    await settle();
    expect([semaphore.locked(), semaphore.balance, log]).toEqual([true, -3, []]);

    for (const permit of permits) permit.release();

    await settle();
    expect([log, semaphore.balance]).toEqual([[1, 2], -1]);
  });

  test('is not overtaken by one who releases and acquires again in the same turn', async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    const log: string[] = [];
    void semaphore.acquire().then(() => log.push('parked'));

    permit.release();
    const barged = semaphore.tryAcquire();
    void semaphore.acquire().then(() => log.push('newcomer'));

    await settle();
    expect([barged, log, semaphore.balance]).toEqual([undefined, ['parked'], -1]);
  });

  test('that times out leaves no trace', async () => {
    const semaphore = new Semaphore(0);
    const { signal } = new AbortController();
    const acquire = watch(semaphore.acquire({ timeout: 10, signal }));
    expect([semaphore.balance, listeners(signal)]).toEqual([-1, 1]);

    await clock.now.advance(10);

    expect(acquire.error).toMatchObject({ code: 'ERR_TIMEOUT', ms: 10 });
    expect([semaphore.balance, listeners(signal)]).toEqual([0, 0]);
    semaphore.release();
    expect(semaphore.balance).toBe(1);
  });

  test('that is aborted in the middle of the queue leaves the others in order', async () => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const all = [undefined, controller.signal, undefined].map((signal) =>
      watch(semaphore.acquire({ signal })),
    );

    controller.abort('enough');
    semaphore.release();
    semaphore.release();

    await settle();
    expect(all.map((one) => one.state)).toEqual(['done', 'failed', 'done']);
    expect([all[1]?.error, semaphore.balance]).toEqual(['enough', 0]);
  });

  test('many on one signal share one listener', async () => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const { signal } = controller;

    const all = [1, 2, 3].map(() => watch(semaphore.acquire({ signal })));
    expect(listeners(signal)).toBe(1);
    controller.abort();

    await settle();
    expect([all.map((one) => one.state), listeners(signal)]).toEqual([['failed', 'failed', 'failed'], 0]);
  });

  test('with a signal that has aborted takes no permit', async () => {
    const semaphore = new Semaphore(1);

    await expect(semaphore.acquire({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');

    expect(semaphore.balance).toBe(1);
  });

  test('that is killed while parked loses no permit', async () => {
    const semaphore = new Semaphore(0);
    const { scope, result } = inScope(() => watch(semaphore.acquire()));

    scope.deliver('killed');
    semaphore.release();

    await settle();
    expect([result.error, semaphore.balance]).toEqual(['killed', 1]);
  });

  test('granted and killed in the same turn gets its permit; the next wait throws the kill', async () => {
    const semaphore = new Semaphore(0);
    const { scope, result } = inScope(async () => {
      const permit = await semaphore.acquire();
      try {
        return await semaphore.acquire().catch((reason) => reason);
      } finally {
        permit.release();
      }
    });

    semaphore.release();
    scope.deliver('killed');

    expect(await result).toBe('killed');
    expect(semaphore.balance).toBe(1);
  });

  test('granted and aborted in the same turn has its permit', async () => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const acquire = watch(semaphore.acquire({ signal: controller.signal }));

    semaphore.release();
    controller.abort();

    await settle();
    expect([acquire.state, semaphore.balance]).toEqual(['done', 0]);
  });

  test('released and timed out in the same turn neither loses nor mints a permit', async () => {
    const semaphore = new Semaphore(0);
    clock.now.setTimer(() => semaphore.release(), 10);
    const granted = watch(semaphore.acquire({ timeout: 10 }));
    const late = watch(semaphore.acquire({ timeout: 10 }));

    await clock.now.advance(10);

    expect([granted.state, late.state, semaphore.balance]).toEqual(['done', 'failed', 0]);
  });
});

describe('Semaphore.tryAcquire', () => {
  test('takes a permit or gives undefined, and never waits', () => {
    const semaphore = new Semaphore(1);

    expect(semaphore.tryAcquire()).toBeDefined();
    expect([semaphore.tryAcquire(), semaphore.balance]).toEqual([undefined, 0]);
  });
});

describe('Semaphore.release', () => {
  test('adds a permit when nobody waits, also beyond the first number', () => {
    const semaphore = new Semaphore(1);

    semaphore.release();

    expect(semaphore.balance).toBe(2);
  });
});

describe('Permit', () => {
  test('released twice gives back once', async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();

    permit.release();
    permit.release();

    expect(semaphore.balance).toBe(1);
  });

  test('released twice does not release what somebody else holds now', async () => {
    const semaphore = new Semaphore(1);
    const first = await semaphore.acquire();
    first.release();
    await semaphore.acquire();

    first.release();

    expect(semaphore.locked()).toBe(true);
  });

  test('is disposable', async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();

    permit[Symbol.dispose]();
    permit[Symbol.dispose]();

    expect(semaphore.balance).toBe(1);
    expect(Object.getOwnPropertyNames(Object.getPrototypeOf(permit))).toEqual(['constructor', 'release']);
  });
});

describe('BoundedSemaphore.release', () => {
  test('one too many throws and changes nothing', async () => {
    const semaphore = new BoundedSemaphore(2);
    const permit = await semaphore.acquire();
    permit.release();

    expect(thrown(() => semaphore.release())).toMatchObject({ code: 'ERR_SEMAPHORE_OVERFLOW' });

    expect(semaphore.balance).toBe(2);
  });

  test('hands over to one who waits', async () => {
    const semaphore = new BoundedSemaphore();
    await semaphore.acquire();
    const waiting = watch(semaphore.acquire());

    semaphore.release();

    await settle();
    expect([waiting.state, semaphore.balance]).toEqual(['done', 0]);
  });

  test('works without an end of permits', async () => {
    const semaphore = new BoundedSemaphore(Number.POSITIVE_INFINITY);

    (await semaphore.acquire()).release();

    expect(semaphore.locked()).toBe(false);
  });
});
