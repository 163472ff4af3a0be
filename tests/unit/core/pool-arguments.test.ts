import { type Clock, GreenPool, type GreenPoolOptions } from 'greenpool';
import { describe, expect, test } from 'vitest';
import { holdSlot } from '../../support/slots.ts';

const notNumbers: [unknown, string][] = [
  ['3', '"3"'],
  [null, 'null'],
  [true, 'true'],
  [10n, '10n'],
  [Number.NaN, 'NaN'],
  [1.5, '1.5'],
  [{}, 'object'],
];

describe('new GreenPool', () => {
  test('has 1000 slots by default', () => {
    const pool = new GreenPool();

    expect(pool.size).toBe(1000);
    expect(pool.free()).toBe(1000);
    expect(pool.running()).toBe(0);
    expect(pool.waiting()).toBe(0);
  });

  test.each([0, 1, 7, 2 ** 31, Number.POSITIVE_INFINITY])('takes %s for a size', (size) => {
    const pool = new GreenPool(size);

    expect(pool.size).toBe(size);
    expect(pool.free()).toBe(size);
  });

  test.each(notNumbers)('refuses %o with a TypeError that names the value', (size, shown) => {
    const make = () => new GreenPool(size as number);

    expect(make).toThrow(TypeError);
    expect(make).toThrow(shown);
  });

  test.each([-1, -1000, Number.NEGATIVE_INFINITY])(
    'refuses %s with a RangeError that names the value',
    (size) => {
      const make = () => new GreenPool(size);

      expect(make).toThrow(RangeError);
      expect(make).toThrow(String(size));
    },
  );

  test.each<[keyof GreenPoolOptions, unknown, string]>([
    ['name', 7, '7'],
    ['onError', 'log', '"log"'],
    ['context', 1, '1'],
    ['yieldEvery', '10', '"10"'],
    ['yieldEvery', Number.NaN, 'NaN'],
    ['clock', {}, 'object'],
    ['priority', '1', '"1"'],
    ['priority', Number.NaN, 'NaN'],
    ['timeout', '5', '"5"'],
    ['signal', {}, 'object'],
    ['readAhead', 1.5, '1.5'],
  ])('refuses the option %s of %o with a TypeError that names both', (option, value, shown) => {
    const make = () => new GreenPool(1, { [option]: value } as GreenPoolOptions);

    expect(make).toThrow(TypeError);
    expect(make).toThrow(option);
    expect(make).toThrow(shown);
  });

  test.each<[keyof GreenPoolOptions, number]>([
    ['yieldEvery', -1],
    ['timeout', -5],
    ['readAhead', -2],
  ])('refuses the option %s of %s with a RangeError that names both', (option, value) => {
    const make = () => new GreenPool(1, { [option]: value });

    expect(make).toThrow(RangeError);
    expect(make).toThrow(option);
    expect(make).toThrow(String(value));
  });

  test.each([null, 5, 'name'])('refuses %o for its options', (options) => {
    expect(() => new GreenPool(1, options as unknown as GreenPoolOptions)).toThrow(TypeError);
  });

  test('an option that is undefined counts as not given', async () => {
    const none: GreenPoolOptions = { name: undefined, timeout: undefined, signal: undefined };

    const pool = new GreenPool(1, { ...none, clock: undefined as Clock | undefined, onError: undefined });

    expect(await pool.run(() => 'ran')).toBe('ran');
  });

  test('its name is the name of the pool and not of its tasks', async () => {
    const pool = new GreenPool(1, { name: 'mail' });

    const thread = await pool.spawn(() => 1);

    expect(pool.name).toBe('mail');
    expect(thread.name).toBeUndefined();
    expect(new GreenPool(1).name).toBeUndefined();
  });
});

describe('GreenPool.resize', () => {
  test.each(notNumbers)(
    'refuses %o with a TypeError that names the value, and changes nothing',
    (size, shown) => {
      const pool = new GreenPool(3);
      const resize = () => pool.resize(size as number);

      expect(resize).toThrow(TypeError);
      expect(resize).toThrow(shown);
      expect(pool.size).toBe(3);
    },
  );

  test('refuses undefined, which is no default here', () => {
    const pool = new GreenPool(3);

    expect(() => pool.resize(undefined as unknown as number)).toThrow(TypeError);
    expect(pool.size).toBe(3);
  });

  test('refuses a negative size with a RangeError, and changes nothing', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const queued = pool.run(() => 'queued');

    expect(() => pool.resize(-1)).toThrow(RangeError);
    expect(() => pool.resize(-1)).toThrow('-1');
    expect([pool.size, pool.running(), pool.waiting()]).toEqual([1, 1, 1]);

    held.release();
    expect(await queued).toBe('queued');
  });
});
