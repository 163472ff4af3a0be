import { GreenPool, type WithOptions } from 'greenpool';
import { describe, expect, test } from 'vitest';
import { holdSlot } from '../../support/slots.ts';

describe('GreenPool.with', () => {
  test('is a view of the same slots', async () => {
    const pool = new GreenPool(2, { name: 'mail' });
    const view = pool.with({ name: 'task' });
    const held = await holdSlot(view);

    expect([pool.running(), view.running(), pool.free(), view.free()]).toEqual([1, 1, 1, 1]);
    const both = [pool.run(() => 1), view.run(() => 2), pool.run(() => 3)];
    expect([pool.waiting(), view.waiting()]).toEqual([2, 2]);

    held.release();
    expect(await Promise.all(both)).toEqual([1, 2, 3]);
    expect([view.name, view.size]).toEqual(['mail', 2]);
  });

  test('leaves the pool itself, and earlier views, as they are', async () => {
    const pool = new GreenPool(2);
    const first = pool.with({ name: 'first' });
    const second = first.with({ name: 'second' });

    const names = await Promise.all([pool, first, second].map((view) => view.spawn(() => {})));

    expect(names.map(({ name }) => name)).toEqual([undefined, 'first', 'second']);
  });

  test('of a view keeps what the view has bound, where it says nothing new', async () => {
    const pool = new GreenPool(1);
    const held = await holdSlot(pool);
    const log: string[] = [];
    const plain = pool.spawn(() => log.push('plain'));
    const view = pool.with({ name: 'named', priority: 1 }).with({ timeout: 1000, name: undefined });
    const bound = view.spawn(() => log.push('bound'));

    held.release();
    await (await plain).wait();

    expect(log).toEqual(['bound', 'plain']);
    expect((await bound).name).toBe('named');
  });

  test('does not see later changes of the options object', async () => {
    const options: WithOptions = { name: 'before' };
    const view = new GreenPool(1).with(options);

    options.name = 'after';

    expect((await view.spawn(() => {})).name).toBe('before');
  });

  test('the defaults given to the constructor hold for all calls', async () => {
    const pool = new GreenPool(1, { signal: AbortSignal.abort('from the start') });

    await expect(pool.spawn(() => 1)).rejects.toBe('from the start');
  });

  test.each<[keyof WithOptions, unknown, string]>([
    ['name', 7, '7'],
    ['priority', '1', '"1"'],
    ['priority', Number.NaN, 'NaN'],
    ['priority', null, 'null'],
    ['timeout', '5', '"5"'],
    ['timeout', Number.NaN, 'NaN'],
    ['timeout', null, 'null'],
    ['signal', 'signal', '"signal"'],
    ['signal', null, 'null'],
    ['readAhead', 1.5, '1.5'],
    ['readAhead', '3', '"3"'],
  ])('refuses %s: %o with a TypeError that names both', (option, value, shown) => {
    const bind = () => new GreenPool(1).with({ [option]: value } as WithOptions);

    expect(bind).toThrow(TypeError);
    expect(bind).toThrow(option);
    expect(bind).toThrow(shown);
  });

  test.each<[keyof WithOptions, number]>([
    ['timeout', -1],
    ['timeout', Number.NEGATIVE_INFINITY],
    ['readAhead', -1],
  ])('refuses %s: %s with a RangeError that names both', (option, value) => {
    const bind = () => new GreenPool(1).with({ [option]: value });

    expect(bind).toThrow(RangeError);
    expect(bind).toThrow(option);
    expect(bind).toThrow(String(value));
  });

  test.each([undefined, null, 5, 'name'])('refuses %o for its options', (options) => {
    expect(() => new GreenPool(1).with(options as unknown as WithOptions)).toThrow(TypeError);
  });
});
