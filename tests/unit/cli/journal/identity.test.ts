// A journal is resumed by the next version too: what is asserted here must never change within one format.
import { describe, expect, test } from 'vitest';
import { fingerprintOf, identityOf, keyIn } from '../../../../src/cli/journal/identity.ts';

describe('identityOf', () => {
  test('is 22 characters of base64url, the same in every version', () => {
    expect(identityOf({ url: 'a' })).toBe('9anBFe1MO3UdrYO7eI5NI5');
  });

  test('the order of fields does not matter, at any depth', () => {
    expect(identityOf({ a: 1, b: { c: 2, d: [3] } })).toBe(identityOf({ b: { d: [3], c: 2 }, a: 1 }));
  });

  test.each([
    ['a text and a number', '1', 1],
    ['null and nothing', null, {}],
    ['the order of a list', [1, 2], [2, 1]],
    ['a list and an object', ['a'], { 0: 'a' }],
  ])('%s are two items', (_name, one, other) => {
    expect(identityOf(one)).not.toBe(identityOf(other));
  });

  test('with a key, it is the key, readable', () => {
    expect(identityOf({ id: 'x 1', size: 3 }, 'id')).toBe('="x 1"');
    expect(identityOf({ id: 7 }, 'id')).toBe('=7');
  });

  test('the key may be a path, or a name with a dot in it', () => {
    expect(identityOf({ user: { id: 7 }, text: 'a' }, 'user.id')).toBe('=7');
    expect(identityOf({ 'user.id': 8 }, 'user.id')).toBe('=8');
  });

  test('of what is nested too deep there is none, however much stack is left', () => {
    const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

    expect(identityOf(nested(1000))).toHaveLength(22);
    expect(() => identityOf(nested(1002))).toThrow(RangeError);
  });

  test('a long key is hashed', () => {
    expect(identityOf({ id: 'x'.repeat(1000) }, 'id')).toMatch(/^=[\w-]{22}$/);
  });

  test('without the field, it is the value', () => {
    expect(identityOf({ name: 'a' }, 'id')).toBe(identityOf({ name: 'a' }));
    expect(identityOf('line', 'length')).toBe(identityOf('line'));
    expect(identityOf(null, 'id')).toBe(identityOf(null));
  });
});

describe('fingerprintOf', () => {
  test('is 16 bytes of either kind', () => {
    expect(fingerprintOf(identityOf('a'))).toHaveLength(16);
    expect(fingerprintOf(identityOf({ id: 'a' }, 'id'))).toHaveLength(16);
  });
});

describe('keyIn', () => {
  test.each([
    ['text', 'a "b"', 'a "b"'],
    ['a number', 17, '17'],
    ['an object', { b: 1, a: [2] }, '{"a":[2],"b":1}'],
    ['a text too long to keep', 'x'.repeat(300), undefined],
  ])('%s', (_what, key, shown) => {
    expect(keyIn(identityOf({ id: key }, 'id'))).toBe(shown);
  });

  test('there is none in the identity of a value', () => {
    expect(keyIn(identityOf({ id: 1 }))).toBeUndefined();
  });
});
