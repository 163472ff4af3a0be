import { describe, expect, test } from 'vitest';
import { identityOf } from '../../../../src/cli/journal/identity.ts';
import { fileNameOf } from '../../../../src/cli/journal/item-identity.ts';

describe('fileNameOf', () => {
  test.each([
    [{ id: 'a b/ü' }, 'a%20b%2F%C3%BC'],
    [{ id: 7 }, '7'],
  ])('is the key, as far as a file can be called so: %j', (item, name) => {
    expect(fileNameOf(identityOf(item, 'id'))).toBe(name);
  });

  test.each([[{ id: '..' }], [{ id: '' }], [{ id: 'ü'.repeat(100) }], [{ text: 'no key' }]])(
    'else a hash: %j',
    (item) => {
      expect(fileNameOf(identityOf(item, 'id'))).toMatch(/^[\w-]{22}$/);
    },
  );
});
