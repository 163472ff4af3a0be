import { describe, expect, test } from 'vitest';
import { detectFormat, isEmptyLine, parseLine } from '../../../../src/cli/input/formats.ts';

describe('detectFormat', () => {
  test.each(['{"a":1}', '  {"a":1}\r', '{"a":', '[1,2]', '"text"'])('%j is NDJSON', (line) => {
    expect(detectFormat(line)).toBe('ndjson');
  });

  test.each(['plain', '42', 'true', 'null', '[info] started', '"quoted" and more', 'https://a.b/{c}'])(
    '%j is plain text',
    (line) => {
      expect(detectFormat(line)).toBe('lines');
    },
  );
});

describe('isEmptyLine', () => {
  test('a line of spaces is text, but no JSON', () => {
    expect(isEmptyLine('  ', 'lines')).toBe(false);
    expect(isEmptyLine('  ', 'ndjson')).toBe(true);
  });

  test('a carriage return alone is an empty line', () => {
    expect(isEmptyLine('\r', 'lines')).toBe(true);
    expect(isEmptyLine('\r', 'ndjson')).toBe(true);
  });
});

describe('parseLine', () => {
  test('plain text loses its carriage return and nothing else', () => {
    expect(parseLine(' a b \r', 'lines')).toBe(' a b ');
  });

  test('JSON is any value', () => {
    expect(['1', 'null', '{"a":[1]}\r'].map((line) => parseLine(line, 'ndjson'))).toEqual([
      1,
      null,
      { a: [1] },
    ]);
  });
});
