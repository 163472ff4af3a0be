import { describe, expect, test } from 'vitest';
import { OrderedResults } from '../../../../src/cli/output/ordered-results.ts';
import { RecordWriter } from '../../../../src/cli/output/record-writer.ts';
import { settle } from '../../../../src/testing/index.ts';

async function setUp(heldLimit?: number) {
  let written = '';
  const write = async (text: string) => {
    written += text;
  };
  const writer = new RecordWriter({ name: 'memory', write, close: async () => {} }, () => {});
  const results = new OrderedResults(writer, heldLimit);
  const finish = async () => {
    await writer.close();
    return written;
  };
  return { results, finish };
}

describe('OrderedResults.put', () => {
  test('holds back what overtook an earlier item', async () => {
    const { results, finish } = await setUp();

    for (const id of [3, 1, 2, 5, 4]) results.put(id, `${id}\n`);

    expect(await finish()).toBe('1\n2\n3\n4\n5\n');
  });

  test('an item without a record leaves no gap', async () => {
    const { results, finish } = await setUp();

    results.put(2, '2\n');
    results.put(3, '3\n');
    results.pass(1);

    expect(await finish()).toBe('2\n3\n');
  });
});

describe('OrderedResults.waitForRoom', () => {
  test('waits for the item that all others wait for', async () => {
    const { results } = await setUp(200);
    for (const id of [2, 3, 4]) results.put(id, `${id}\n`);
    let hasRoom = false;
    const room = results.waitForRoom().then(() => {
      hasRoom = true;
    });

    await settle();
    expect([results.isFull, hasRoom]).toEqual([false, true]);
    results.put(5, '5\n');
    expect(results.isFull).toBe(true);
    const second = results.waitForRoom();
    results.put(1, '1\n');
    await Promise.all([room, second]);

    expect(results.isFull).toBe(false);
  });
});

describe('OrderedResults.release', () => {
  test('writes what is held, in order, though an earlier item never came', async () => {
    const { results, finish } = await setUp();
    for (const id of [4, 2, 6]) results.put(id, `${id}\n`);

    results.release();

    expect(await finish()).toBe('2\n4\n6\n');
  });
});
