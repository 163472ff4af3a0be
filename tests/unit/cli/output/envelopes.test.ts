import { describe, expect, test } from 'vitest';
import { InputLineError } from '../../../../src/cli/input/formats.ts';
import type { Item } from '../../../../src/cli/input/item.ts';
import { Envelopes } from '../../../../src/cli/output/envelopes.ts';

const itemOf = (value: unknown, more: Partial<Item> = {}): Item => ({
  id: 7,
  value,
  error: undefined,
  line: 9,
  source: 'x.txt',
  raw: undefined,
  ...more,
});

function setUp() {
  let time = 1000;
  const envelopes = new Envelopes(() => time);
  const pass = (ms: number): void => {
    time += ms;
  };
  return { envelopes, pass };
}

describe('Envelopes', () => {
  test('a result with all there is to say of it', () => {
    const { envelopes, pass } = setUp();
    const item = itemOf({ a: 1 });
    envelopes.begin(item);
    pass(12.3456);

    expect(JSON.parse(envelopes.succeed(item, [1], 2))).toEqual({
      id: 7,
      source: 'x.txt',
      line: 9,
      item: { a: 1 },
      status: 'done',
      result: [1],
      attempts: 2,
      ms: 12.346,
    });
  });

  test('the item as it was before the function changed it', () => {
    const { envelopes } = setUp();
    const value = { list: [1] };
    envelopes.begin(itemOf(value));
    value.list.push(2);

    expect(JSON.parse(envelopes.succeed(itemOf(value), null, 1)).item).toEqual({ list: [1] });
  });

  test('a result that cannot be written goes on to fail with its item and time', () => {
    const { envelopes, pass } = setUp();
    const item = itemOf('a', { source: undefined });
    envelopes.begin(item);
    pass(5);

    expect(() => envelopes.succeed(item, 1n, 1)).toThrow('BigInt');
    const error = Object.assign(new TypeError('no'), { code: 'E_NO' });
    expect(JSON.parse(envelopes.fallShort(item, { status: 'failed', error }, 1))).toEqual({
      id: 7,
      line: 9,
      item: 'a',
      status: 'failed',
      error: { name: 'TypeError', message: 'no', code: 'E_NO' },
      attempts: 1,
      ms: 5,
    });
  });

  test('a line that could not be read has no item', () => {
    const { envelopes } = setUp();
    const error = new InputLineError('the line is not valid JSON', { offset: 4, line: '{' });

    expect(
      JSON.parse(envelopes.fallShort(itemOf(undefined, { error }), { status: 'failed', error }, 0)),
    ).toEqual({
      id: 7,
      source: 'x.txt',
      line: 9,
      status: 'failed',
      error: {
        name: 'ItemError',
        message: 'the line is not valid JSON',
        code: 'ERR_INPUT_LINE',
        offset: 4,
        excerpt: '{',
      },
      attempts: 0,
      ms: 0,
    });
  });

  test('skipped and cancelled items say why', () => {
    const { envelopes } = setUp();

    expect(JSON.parse(envelopes.fallShort(itemOf(1), { status: 'skipped', reason: 'old' }, 1))).toMatchObject(
      {
        status: 'skipped',
        reason: 'old',
      },
    );
    expect(
      JSON.parse(envelopes.fallShort(itemOf(1), { status: 'cancelled', error: 'stop' }, 1)),
    ).toMatchObject({
      status: 'cancelled',
      error: { name: 'Error', message: "'stop'" },
    });
  });

  test('anything can be thrown', () => {
    const { envelopes } = setUp();
    const error = new Proxy(new Error('x'), {
      get() {
        throw new Error('no');
      },
    });

    expect(JSON.parse(envelopes.fallShort(itemOf(1), { status: 'failed', error }, 1)).error.name).toBe(
      'Error',
    );
  });
});
