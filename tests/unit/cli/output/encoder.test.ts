import { describe, expect, test } from 'vitest';
import { lineEncoder } from '../../../../src/cli/output/encoder.ts';
import { countLines, countQuotedLines } from '../../../../src/cli/output/whole-records.ts';

describe('lineEncoder', () => {
  test('strings as they are, the rest as JSON', () => {
    expect(['a b', '', 1, { a: 'x\ny' }, null, undefined].map(lineEncoder.encode)).toEqual([
      'a b\n',
      '\n',
      '1\n',
      '{"a":"x\\ny"}\n',
      'null\n',
      'null\n',
    ]);
  });

  test('a string with a newline would be torn: it fails', () => {
    expect(() => lineEncoder.encode('a\nb')).toThrow(
      expect.objectContaining({ code: 'ERR_RESULT_NOT_LINE' }),
    );
  });
});

describe('countLines', () => {
  test('what follows the last separator is not whole', () => {
    expect(countLines(Buffer.from('a\nb\nc'))).toEqual({ count: 2, bytes: 4 });
    expect(countLines(Buffer.from('abc'))).toEqual({ count: 0, bytes: 0 });
    expect(countLines(Buffer.from('a\0b'), 0)).toEqual({ count: 1, bytes: 2 });
  });
});

describe('countQuotedLines', () => {
  test('a newline between quotes ends no record', () => {
    expect(countQuotedLines(Buffer.from('a\n"x\n""y"\n"z\n'))).toEqual({ count: 2, bytes: 10 });
  });
});
