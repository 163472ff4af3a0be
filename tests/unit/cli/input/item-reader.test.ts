import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../../src/cli/input/item.ts';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import type { InputSource } from '../../../../src/cli/input/source.ts';

const source = (stream: Readable, name?: string): InputSource => ({
  name,
  stats: undefined,
  open: () => stream,
});
const text = (content: string, name?: string): InputSource =>
  source(Readable.from([Buffer.from(content)]), name);

async function read(reader: ItemReader): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of reader) items.push(...batch);
  return items;
}

describe('ItemReader', () => {
  test('numbers items over all files, and lines in each', async () => {
    const items = await read(new ItemReader([text('a\n\nb\n', 'x'), text('c', 'y')], 'auto'));

    expect(items.map(({ id, value, source, line }) => [id, value, source, line])).toEqual([
      [1, 'a', 'x', 1],
      [2, 'b', 'x', 3],
      [3, 'c', 'y', 1],
    ]);
  });

  test('decides on the first line that is not blank, for all files', async () => {
    const items = await read(new ItemReader([text('\n  \n{"a":1}\n'), text('2\n')], 'auto'));

    expect(items.map((item) => item.value)).toEqual([{ a: 1 }, 2]);
  });

  test('a malformed line is an item with its place, and the rest goes on', async () => {
    const items = await read(new ItemReader([text('{"a":1}\n{"b":\n3\n')], 'auto'));

    expect(items.map((item) => item.value)).toEqual([{ a: 1 }, undefined, 3]);
    expect(items[1]).toMatchObject({
      line: 2,
      error: { message: 'the line is not valid JSON', offset: 8, excerpt: '{"b":' },
    });
  });

  test('bytes that are no UTF-8 are not passed on as other characters', async () => {
    const bytes = Readable.from([Buffer.of(97, 10, 0xff, 10)]);

    const items = await read(new ItemReader([source(bytes)], 'lines'));

    expect(items.map((item) => item.value)).toEqual(['a', undefined]);
    expect(items[1]?.error).toMatchObject({ message: 'the line is not valid UTF-8', offset: 2 });
  });

  test('a file that cannot be read on is one failed item; the next file is read', async () => {
    const broken = new Readable({ read() {} });
    broken.push('a\nhalf');
    const reader = new ItemReader([source(broken, 'x'), text('b\n', 'y')], 'lines');
    const items: Item[] = [];
    for await (const batch of reader) {
      items.push(...batch);
      broken.destroy(new Error('EIO'));
    }

    expect(items.map(({ value, source, line }) => [value, source, line])).toEqual([
      ['a', 'x', 1],
      [undefined, 'x', 2],
      ['b', 'y', 1],
    ]);
    expect(items[1]?.error).toMatchObject({ message: 'the rest of x was not read: EIO' });
  });

  test('a line that is too long is one failed item with its place; the rest of the file is read', async () => {
    const chunks = Readable.from(['a\nlong', 'long', 'long', 'er\nb\n'].map((chunk) => Buffer.from(chunk)));

    const items = await read(new ItemReader([source(chunks, 'x')], 'lines', { longestLine: 6 }));

    expect(items.map(({ id, value, line }) => [id, value, line])).toEqual([
      [1, 'a', 1],
      [2, undefined, 2],
      [3, 'b', 3],
    ]);
    expect(items[1]?.error).toMatchObject({
      message: 'the line is longer than 6 bytes',
      offset: 2,
      excerpt: 'longlong',
    });
  });

  test('gives a line as soon as it is whole, while the input goes on', async () => {
    const input = new PassThrough();
    const batches = new ItemReader([source(input)], 'lines')[Symbol.asyncIterator]();
    input.write('first\nsec');

    const { value } = await batches.next();

    expect([...(value ?? [])].map((item) => item.value)).toEqual(['first']);
  });
});

describe('ItemReader, on formats', () => {
  test('auto takes rows by the name of the file, and nothing by its content', async () => {
    const sources = [text('a,b\n1,2\n', 'x.CSV'), text('a\tb\n3\t4\n', 'y.tsv'), text('a,b\n1,2\n', 'z.txt')];

    const items = await read(new ItemReader(sources, 'auto'));

    expect(items.map(({ id, value }) => [id, value])).toEqual([
      [1, { a: '1', b: '2' }],
      [2, { a: '3', b: '4' }],
      [3, 'a,b'],
      [4, '1,2'],
    ]);
  });

  test('a row is given while the input goes on', async () => {
    const input = new PassThrough();
    const batches = new ItemReader([source(input)], 'csv')[Symbol.asyncIterator]();
    input.write('a\n1\n');

    const { value } = await batches.next();

    expect([...(value ?? [])].map((item) => item.value)).toEqual([{ a: '1' }]);
  });

  test('items between NULs keep newlines and carriage returns; empty ones are none', async () => {
    const items = await read(new ItemReader([text('a\nb\r\0\0 c')], 'nul'));

    expect(items.map(({ value, source, line }) => [value, source, line])).toEqual([
      ['a\nb\r', 'stdin', 1],
      [' c', 'stdin', 3],
    ]);
  });

  test('what is no UTF-8 is kept as it was', async () => {
    const bytes = Readable.from([Buffer.of(97, 0, 0xff, 0)]);

    const items = await read(new ItemReader([source(bytes)], 'nul'));

    expect(items.map(({ raw }) => raw)).toEqual(['a', Buffer.of(0xff)]);
    expect(items[1]?.error).toMatchObject({ message: 'the item is not valid UTF-8', offset: 2 });
  });

  test('a header that is wrong throws while nothing was given, and fails later', async () => {
    const wrong = (name: string) => text('a,a\n1,2\n', name);

    await expect(read(new ItemReader([wrong('x.csv')], 'auto'))).rejects.toThrow(
      'cannot read x.csv: two columns',
    );
    const items = await read(new ItemReader([text('1\n'), wrong('x.csv'), text('2\n')], 'auto'));

    expect(items.map(({ value }) => value)).toEqual(['1', undefined, '2']);
    expect(items[1]?.error).toMatchObject({ code: 'ERR_INPUT_READ' });
  });
});

describe('ItemReader.stop', () => {
  test('ends a wait for input that does not come, and leaves a line that is not whole', async () => {
    const input = new PassThrough();
    const reader = new ItemReader([source(input)], 'lines');
    input.write('half');
    const items = read(reader);

    reader.stop();

    expect(await items).toEqual([]);
    expect(reader.isExhausted).toBe(false);
    expect(input.destroyed).toBe(true);
  });
});

describe('ItemReader.expectedItems', () => {
  test('is unknown for a pipe until its end, then exact', async () => {
    const reader = new ItemReader([text('a\nb\n')], 'lines');
    expect(reader.expectedItems()).toBeUndefined();

    await read(reader);

    expect(reader.expectedItems()).toEqual({ count: 2, isExact: true });
    expect(reader.isExhausted).toBe(true);
  });

  test('is what somebody has counted, until the end is known', async () => {
    const reader = new ItemReader([text('a\nb\n')], 'lines', { total: 9 });
    expect(reader.expectedItems()).toEqual({ count: 9, isExact: true });

    await read(reader);

    expect(reader.expectedItems()).toEqual({ count: 2, isExact: true });
  });
});
