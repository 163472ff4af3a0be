import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Row, RowSplitter } from '../../../../src/cli/input/row-splitter.ts';

function rowsOf(
  chunks: readonly (string | Buffer)[],
  options: { delimiter?: string; limit?: number } = {},
): Row[] {
  const splitter = new RowSplitter(options.delimiter ?? ',', options.limit);
  const rows = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string)));
  return [...rows, ...splitter.end()];
}
const textsOf = (rows: readonly Row[]): string[] => rows.map(({ bytes }) => bytes.toString());
const problemsOf = (rows: readonly Row[]): (string | undefined)[] => rows.map(({ problem }) => problem);

describe('RowSplitter.push', () => {
  test('gives a row as soon as its newline is there', () => {
    const splitter = new RowSplitter(',');

    expect(textsOf(splitter.push(Buffer.from('a,b\n1,')))).toEqual(['a,b']);
    expect(textsOf(splitter.push(Buffer.from('2\n')))).toEqual(['1,2']);
  });

  test('a newline between quotes ends no row; quotes that stand for one close nothing', () => {
    const rows = rowsOf(['1,"a\nb"\n2,"c ""d""\n"\n"""",3\n']);

    expect(textsOf(rows)).toEqual(['1,"a\nb"', '2,"c ""d""\n"', '"""",3']);
    expect(problemsOf(rows)).toEqual([undefined, undefined, undefined]);
  });

  test('counts lines and bytes over quoted newlines, carriage returns and the byte order mark', () => {
    const rows = rowsOf(['\uFEFF"é",b\r\n1,"x\r\n\r\ny"\r\n2,z\r\n']);

    expect(rows.map(({ line, offset }) => [line, offset])).toEqual([
      [1, 3],
      [2, 11],
      [5, 23],
    ]);
    expect(textsOf(rows)).toEqual(['"é",b', '1,"x\r\n\r\ny"', '2,z']);
  });

  test.each([
    ['1,a"b\n2,c\n', ['a quote stands inside a field', undefined]],
    ['1,"a"b\n2,c\n', ['text follows a closing quote', undefined]],
    ['1,"a"\rb\n2,c\n', ['text follows a closing quote', undefined]],
    ['1,a"b,"c\n2,d\n', ['a quote stands inside a field', undefined]],
    ['1,"a\n2,b\n3,c', ['a quote is not closed', undefined, undefined]],
    ['1,"a\n"2"",b\n3,""c', ['text follows a closing quote', 'text follows a closing quote']],
  ])('a malformed row ends with its line: %j', (text, problems) => {
    expect(problemsOf(rowsOf([text]))).toEqual(problems);
  });

  test('bytes that are no UTF-8 spoil their own row', () => {
    const rows = rowsOf([Buffer.concat([Buffer.from('a\n'), Buffer.of(0xff, 10), Buffer.from('b\n')])]);

    expect(problemsOf(rows)).toEqual([undefined, 'the row is not valid UTF-8', undefined]);
    expect(rows[1]?.bytes).toEqual(Buffer.of(0xff));
  });

  test('a row past the limit is told once, and what follows is read', () => {
    const rows = rowsOf(['a\n', 'longlong', 'long', 'er\nb\n'], { limit: 6 });

    expect(rows.map(({ line, offset, problem, isWhole }) => [line, offset, problem, isWhole])).toEqual([
      [1, 0, undefined, true],
      [2, 2, 'the row is longer than 6 bytes', false],
      [3, 17, undefined, true],
    ]);
  });

  test('a quote that is not closed within the limit costs one line', () => {
    const rows = rowsOf(['1,"a\n2,b\n3,', 'c\n4,d\n'], { limit: 6 });

    expect(textsOf(rows)).toEqual(['1,"a', '2,b', '3,c', '4,d']);
    expect(rows.map(({ problem, line, offset }) => [problem, line, offset])).toEqual([
      ['a quote is not closed', 1, 0],
      [undefined, 2, 5],
      [undefined, 3, 9],
      [undefined, 4, 13],
    ]);
  });

  test('tabs may separate', () => {
    expect(problemsOf(rowsOf(['a\t"b\n"\t"c"\n'], { delimiter: '\t' }))).toEqual([undefined]);
  });

  test('cuts any text in any chunks as it cuts it in one', () => {
    const text = fc
      .array(fc.constantFrom('a', '"', '""', ',', '\n', '\r\n', '\r', 'é', '\uFEFF'), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (input, cuts) => {
        const bytes = Buffer.from(input);
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));

        const rows = rowsOf(chunks);

        expect(rows).toEqual(rowsOf([bytes]));
        expect(rows.every((row) => bytes.subarray(row.offset).indexOf(row.bytes) === 0)).toBe(true);
      }),
    );
  });
});
