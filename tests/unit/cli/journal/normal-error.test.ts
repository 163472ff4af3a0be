import { describe, expect, test } from 'vitest';
import { normalError } from '../../../../src/cli/journal/normal-error.ts';

describe('normalError', () => {
  test('keeps name, code and message', () => {
    const error = Object.assign(new TypeError('no token'), { code: 'E_TOKEN' });

    expect(normalError(error)).toEqual({ name: 'TypeError', code: 'E_TOKEN', message: 'no token' });
  });

  test('cuts long messages', () => {
    expect(normalError(new Error('x'.repeat(10_000))).message).toHaveLength(500);
  });

  const evil = new Proxy(
    {},
    {
      get: () => {
        throw new Error('no');
      },
    },
  );
  test.each([
    ['a text', 'oops', 'oops'],
    ['an object', { status: 404 }, '{"status":404}'],
    ['nothing', undefined, 'undefined'],
    ['a proxy that throws', evil, 'an error that cannot be described'],
  ])('%s can be thrown too', (_name, thrown, message) => {
    expect(normalError(thrown)).toEqual({ name: 'thrown', message });
  });
});
