import { GreenPool, type RateOptions } from 'greenpool';
import { settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { replaceRate } from '../../../../src/core/options.ts';
import { thrown } from '../../../support/rejection.ts';
import { useManualClock } from '../../../support/time.ts';

const clock = useManualClock();

function start(rate: RateOptions | undefined, tasks: number) {
  const at: number[] = [];
  const pool = new GreenPool(10, { rate });
  for (let n = 0; n < tasks; n += 1) void pool.spawnN(() => void at.push(Math.round(clock.now.now())));
  const setRate = (next: RateOptions | undefined): void => replaceRate(pool.core, next);
  return { at, setRate, pool };
}

const perSecond = (limit: number): RateOptions => ({ limit, interval: 1000 });

describe('replaceRate', () => {
  test('a faster rate holds at once for those who wait', async () => {
    const { at, setRate } = start(perSecond(1), 4);

    await clock.now.advance(500);
    setRate(perSecond(10));
    await clock.now.advance(1000);

    expect(at).toEqual([0, 500, 600, 700]);
  });

  test('a slower rate holds at once for those who wait', async () => {
    const { at, setRate } = start(perSecond(10), 4);

    await clock.now.advance(150);
    setRate(perSecond(1));
    await clock.now.advance(5000);

    expect(at).toEqual([0, 100, 1100, 2100]);
  });

  test('without a rate all who wait start, as far as there are slots', async () => {
    const { at, setRate } = start(perSecond(1), 4);

    await settle();
    setRate(undefined);
    await settle();

    expect(at).toEqual([0, 0, 0, 0]);
  });

  test('a rate that comes later holds for who comes after it', async () => {
    const { at, setRate, pool } = start(undefined, 2);

    setRate(perSecond(2));
    for (let n = 0; n < 3; n += 1) void pool.spawnN(() => void at.push(clock.now.now()));
    await clock.now.advance(2000);

    expect(at).toEqual([0, 0, 0, 500, 1000]);
  });

  test('the same rate again and again lets no more through', async () => {
    const { at, setRate } = start(perSecond(1), 4);

    for (let n = 0; n < 35; n += 1) {
      await clock.now.advance(100);
      setRate(perSecond(1));
    }

    expect(at).toEqual([0, 1000, 2000, 3000]);
  });

  test('what is no rate is refused, and the old one stays', async () => {
    const { at, setRate } = start(perSecond(1), 2);

    expect(thrown(() => setRate(perSecond(0)))).toBeInstanceOf(RangeError);
    await clock.now.advance(1000);

    expect(at).toEqual([0, 1000]);
  });
});
