import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { createCsvEncoder } from '../../../../src/cli/output/csv-encoder.ts';

function setUp() {
  const headers: string[] = [];
  return { headers, encoder: createCsvEncoder((header) => headers.push(header)) };
}

describe('createCsvEncoder', () => {
  test('the first result names the columns; later ones may lack some', () => {
    const { headers, encoder } = setUp();

    const rows = [{ a: 1, 'b.c': 'x' }, { 'b.c': 'y' }].map((result) => encoder.encode(result));

    expect([headers, rows]).toEqual([['a,b.c\n'], ['1,x\n', ',y\n']]);
  });

  test('fields are what JSON would hold', () => {
    const { encoder } = setUp();

    const result = {
      yes: true,
      no: false,
      none: null,
      date: new Date(0),
      list: [1, { b: 2 }],
      gone: undefined,
    };

    expect(encoder.encode(result)).toBe('true,false,,1970-01-01T00:00:00.000Z,"[1,{""b"":2}]"\n');
  });

  test('any text comes back', () => {
    const { headers, encoder } = setUp();
    const rows = ['a"b', 'c\nd', 'e\r', ',', '', ' f ', '=1+1', '\r\n'].map((text) => ({ text }));

    const csv = rows.map((result) => encoder.encode(result)).join('');

    expect(parse(headers.join('') + csv, { columns: true, record_delimiter: '\n' })).toEqual(rows);
  });

  test.each([
    [[1], 'it is an array; return an object'],
    ['text', 'it is a string; return an object'],
    [undefined, 'it is null; return an object'],
    [{}, 'it has no fields'],
    [{ a: new Map([[1, 2]]) }, 'the content of the Map would be lost'],
  ])('%j fails', (result, why) => {
    const { headers, encoder } = setUp();

    expect(() => encoder.encode(result)).toThrow(why);
    expect(headers).toEqual([]);
  });

  test('a field without a column fails: its value would be lost', () => {
    const { encoder } = setUp();
    encoder.encode({ a: 1 });

    expect(() => encoder.encode({ a: 1, b: 2 })).toThrow(
      expect.objectContaining({
        code: 'ERR_RESULT_NOT_CSV',
        message:
          'the result cannot be written as CSV: the first result has no field "b", so there is no column for it',
      }),
    );
  });

  test('a file of its own has the header too', () => {
    const { encoder } = setUp();

    expect(encoder.encodeFile(encoder.encode({ a: 1 }))).toBe('a\n1\n');
  });
});
