import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CsvHeader } from '../../../../src/cli/input/csv-columns.ts';
import type { RowFormat } from '../../../../src/cli/input/formats.ts';
import type { Item } from '../../../../src/cli/input/item.ts';
import { ReadCount } from '../../../../src/cli/input/read-count.ts';
import { RowItems } from '../../../../src/cli/input/row-items.ts';

function read(chunks: readonly (string | Buffer)[], format: RowFormat = 'csv') {
  const headers: CsvHeader[] = [];
  const options = {
    format,
    source: 'x.csv',
    longest: undefined,
    onHeader: (h: CsvHeader) => headers.push(h),
  };
  const rows = new RowItems(options, new ReadCount());
  const items: Item[] = [];
  for (const chunk of chunks) for (const part of rows.push(Buffer.from(chunk as string))) items.push(...part);
  for (const part of rows.end()) items.push(...part);
  return { items, headers };
}
const valuesOf = (items: readonly Item[]): unknown[] => items.map(({ value }) => value);

describe('RowItems', () => {
  test('each row is an object of text, with the names of the header', () => {
    const { items, headers } = read(['id,name\n1,a\n', '2,"b, ""c"""\r\n']);

    expect(valuesOf(items)).toEqual([
      { id: '1', name: 'a' },
      { id: '2', name: 'b, "c"' },
    ]);
    expect(items.map(({ id, line, source }) => [id, line, source])).toEqual([
      [1, 2, 'x.csv'],
      [2, 3, 'x.csv'],
    ]);
    expect(headers.map(({ names }) => names)).toEqual([['id', 'name']]);
  });

  test('empty lines are no rows, quoted nothing is one', () => {
    expect(valuesOf(read(['\n\na\n\n1\n\r\n""\n']).items)).toEqual([{ a: '1' }, { a: '' }]);
  });

  test('a row of another width, or malformed, fails alone, with its place and as it was read', () => {
    const { items } = read(['a,b\n1\n2,3,4\n5,6"\n7,8']);

    expect(items.map(({ value, raw }) => [value, String(raw)])).toEqual([
      [undefined, '1'],
      [undefined, '2,3,4'],
      [undefined, '5,6"'],
      [{ a: '7', b: '8' }, '7,8'],
    ]);
    expect(items.map(({ error, line }) => [line, error])).toMatchObject([
      [2, { message: 'the row has 1 fields, the header has 2', offset: 4, code: 'ERR_INPUT_LINE' }],
      [3, { message: 'the row has 3 fields, the header has 2', offset: 6 }],
      [4, { message: 'a quote stands inside a field', offset: 12, excerpt: '5,6"' }],
      [5, undefined],
    ]);
  });

  test('a column may be called __proto__', () => {
    expect(JSON.stringify(valuesOf(read(['__proto__,b\n1,2\n']).items))).toBe('[{"__proto__":"1","b":"2"}]');
  });

  test.each([
    ['a,b,a\n', 'two columns are named "a" (its header, line 1, byte 0)'],
    ['\n\na,,c\n', 'column 2 has no name (its header, line 3, byte 2)'],
    ['a, \n', 'column 2 has no name'],
    ['a,b"c\n', 'a quote stands inside a field'],
    ['"a,b\n', 'a quote is not closed'],
    ['a,b\r1,2\r', 'its lines end with a carriage return alone'],
  ])('refuses the header %j', (text, message) => {
    expect(() => read([text])).toThrow(`cannot read x.csv: ${message}`);
  });

  test('reads what was written by the rules of CSV, in any chunks', () => {
    const field = fc
      .array(fc.constantFrom('a', ',', '\t', '"', '\n', '\r\n', 'é'))
      .map((parts) => parts.join(''));
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field)), fc.nat(50), fc.boolean(), (rows, cut, isTab) => {
        const delimiter = isTab ? '\t' : ',';
        const lines = [['a', 'b'], ...rows].map((row) => `${row.map(quote).join(delimiter)}\n`);
        const bytes = Buffer.from(lines.join(''));

        const { items } = read([bytes.subarray(0, cut), bytes.subarray(cut)], isTab ? 'tsv' : 'csv');

        expect(valuesOf(items)).toEqual(rows.map(([a, b]) => ({ a, b })));
      }),
    );
  });
});
