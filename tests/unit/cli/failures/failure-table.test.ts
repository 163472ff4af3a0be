import { describe, expect, test } from 'vitest';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import { InputLineError } from '../../../../src/cli/input/formats.ts';

const at = (line: number, source?: string) => ({ line, source });

describe('FailureTable.render', () => {
  test('is empty without a failure', () => {
    expect(new FailureTable().render(100)).toBe('');
  });

  test('groups by name, code and message, most frequent first, with the first example', () => {
    const table = new FailureTable();
    table.add(at(3), new TypeError('no url'));
    for (const line of [4, 8]) {
      table.add(at(line), Object.assign(new Error(`connect ${line}.0.0.1:80`), { code: 'ECONNREFUSED' }));
    }

    expect(table.render(100).split('\n')).toEqual([
      'greenpool: 3 failed:',
      '  count  error                                     first at',
      '      2  Error [ECONNREFUSED]: connect 4.0.0.1:80  line 4',
      '      1  TypeError: no url                         line 3',
    ]);
  });

  test.each([
    ['numbers', 'took 12.5 ms', 'took 7 ms'],
    ['quoted text', 'no "a" here', 'no "b c" here'],
    ['addresses', 'GET https://a.b/c failed', 'GET https://d.e/f?g failed'],
    ['paths', 'cannot open /a/b.txt', 'cannot open /c/d/e.txt'],
    ['ids', 'job 3f2a9c81e0 lost', 'job 77aa90bbcc lost'],
    [
      'uuids',
      'row 9b2e8a10-1c5e-4f0e-8a37-0b1a2c3d4e5f is gone',
      'row 1b2e8a10-1c5e-4f0e-8a37-0b1a2c3d4e5f is gone',
    ],
  ])('takes messages that differ in %s for one', (_what, one, other) => {
    const table = new FailureTable();
    table.add(at(1), new Error(one));
    table.add(at(2), new Error(other));

    expect(table.render(100)).toMatch(/^ {6}2 {2}Error: /m);
  });

  test('keeps errors of different kinds apart', () => {
    const table = new FailureTable();
    table.add(at(1), new TypeError('x'));
    table.add(at(2), new RangeError('x'));

    expect(table.render(100).split('\n')).toHaveLength(4);
  });

  test('tells where a bad line lies, and shows it without its control characters', () => {
    const table = new FailureTable();
    table.add(
      at(2, 'in.txt'),
      new InputLineError('the line is not valid JSON', { offset: 8, line: '{"\x1b[2J' }),
    );

    expect(table.render(100)).toContain('the line is not valid JSON  in.txt:2, byte 8: {" [2J');
  });

  test('shows the ten most frequent and sums up the rest', () => {
    const table = new FailureTable();
    const kinds = 'abcdefghijklm'.split('');
    for (const [index, kind] of kinds.entries()) {
      for (let n = 0; n <= index; n += 1) table.add(at(1), new Error(`kind ${kind}`));
    }

    const lines = table.render(100).split('\n');

    expect(lines).toHaveLength(13);
    expect(lines[2]).toContain('13  Error: kind m');
    expect(lines.at(-1)).toBe('  ... and 6 more, of 3 other kinds');
  });

  test('stays within the width by shortening the message', () => {
    const table = new FailureTable();
    table.add(at(1), new Error('long '.repeat(50)));

    const lines = table.render(80).split('\n');

    expect(lines.every((line) => line.length < 80)).toBe(true);
    expect(lines[2]).toMatch(/\.\.\. {2}line 1$/);
  });

  test.each([30, 40, 60])('fits %i columns, the place below the message', (columns) => {
    const table = new FailureTable();
    table.add(at(17, `${'folder/'.repeat(20)}urls.txt`), new Error('long '.repeat(50)));
    table.add(
      at(2, 'in.txt'),
      new InputLineError('the line is not JSON', { offset: 8, line: '{'.repeat(90) }),
    );

    const lines = table.render(columns).split('\n');

    expect(lines.filter((line) => line.length >= columns)).toEqual([]);
    expect(lines).toHaveLength(6);
    expect(lines[3]).toMatch(/^ +fold.*\.\.\..*s\.txt:17$/);
    expect(lines[5]).toMatch(/^ +in\.txt:2/);
  });

  test('takes anything that can be thrown', () => {
    const table = new FailureTable();
    const evil = {
      get name() {
        throw new Error('no');
      },
      toJSON() {
        throw new Error('no');
      },
    };
    const no = () => {
      throw new Error('no');
    };
    const proxy = new Proxy({}, { get: no, has: no, getPrototypeOf: no });
    for (const thrown of [null, undefined, 'text', 5n, Symbol('s'), evil, proxy, new Error('')])
      table.add(at(1), thrown);

    expect(table.render(100)).toContain('greenpool: 8 failed:');
    expect(table.render(100)).toContain('thrown: text');
  });

  test('does not grow without end', () => {
    const table = new FailureTable();
    const word = (n: number) => n.toString(36).replace(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)));
    for (let n = 0; n < 3000; n += 1) table.add(at(n), new Error(`e${word(n)}`));

    expect(table.render(100)).toMatch(/^ *[\d,]+ {2}other errors/m);
  });
});
