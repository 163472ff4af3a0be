import { describe, expect, test } from 'vitest';
import { FailedItems } from '../../../../src/cli/output/failed-items.ts';
import { memoryWriter } from './memory-writer.ts';

function setUp(separator = '\n') {
  const { writer, finish } = memoryWriter();
  const failed = new FailedItems(writer, separator);
  const end = async (): Promise<Buffer> => {
    await failed.finish();
    return Buffer.from(await finish(), 'latin1');
  };
  return { failed, end };
}
const header = (text: string) => ({ names: text.split(','), raw: Buffer.from(text) });

describe('FailedItems', () => {
  test('items as they were read, bytes included, batches one by one', async () => {
    const { failed, end } = setUp();

    for (const raw of ['{"é":1}', Buffer.of(0xff), ['a', Buffer.of(0xfe)]]) failed.add({ raw });

    const expected = [Buffer.from('{"é":1}\n'), Buffer.of(0xff, 10), Buffer.from('a\n'), Buffer.of(0xfe, 10)];
    expect(await end()).toEqual(Buffer.concat(expected));
  });

  test('rows stand below the header, which comes with the first of them', async () => {
    const { failed, end } = setUp();
    failed.setHeader(header('a,b'), 'x.csv');
    failed.setHeader(header('a,b'), 'y.csv');
    failed.add({ raw: Buffer.from('1,2') });
    failed.add({ raw: Buffer.from('3') });

    expect((await end()).toString()).toBe('a,b\n1,2\n3\n');
  });

  test('without a failure there is nothing, not even a header', async () => {
    const { failed, end } = setUp();
    failed.setHeader(header('a,b'), 'x.csv');

    expect((await end()).toString()).toBe('');
  });

  test('rows of other columns are refused', () => {
    const { failed } = setUp();
    failed.setHeader(header('a,b'), 'x.csv');

    expect(() => failed.setHeader(header('b,a'), undefined)).toThrow(
      'cannot keep failed rows of stdin and x.csv in one file: their columns differ',
    );
  });

  test('counts what was not kept', () => {
    const { failed } = setUp('\0');
    failed.add({ raw: undefined });

    expect(failed.lost).toBe(1);
  });
});
