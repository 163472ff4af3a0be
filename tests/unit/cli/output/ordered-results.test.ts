import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeldRecords } from '../../../../src/cli/output/held-records.ts';
import { OrderedResults } from '../../../../src/cli/output/ordered-results.ts';
import { NO_RECORD } from '../../../../src/cli/output/records.ts';
import { SpillFile } from '../../../../src/cli/output/spill-file.ts';
import { memoryWriter } from './memory-writer.ts';

// An entry costs 64 characters and its text: two of them are the half of this.
const SMALL = 264;

function setUp(limit?: number, { firstId = 1, open = () => new SpillFile() } = {}) {
  const failures: unknown[] = [];
  const { writer, written, finish } = memoryWriter();
  const held = limit === undefined ? {} : { held: new HeldRecords(limit, open) };
  const results = new OrderedResults(writer, {
    firstId,
    ...held,
    onFailure: (error, name) => failures.push([error, name]),
  });
  const end = async (): Promise<string> => {
    await results.finish();
    return finish();
  };
  return { results, written, end, failures };
}
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const record = (id: number): string => `${id}\n`;
const large = (id: number) => ({
  discard() {},
  async *pieces() {
    yield* [`${id}a`, `${id}b`];
  },
});
const records = (ids: readonly number[]): string => ids.map(record).join('');

describe('OrderedResults.put', () => {
  test('holds back what overtook an earlier item', async () => {
    const { results, end } = setUp();

    for (const id of [3, 1, 2, 5, 4]) results.put({ id: id }, record(id));

    expect(await end()).toBe(records([1, 2, 3, 4, 5]));
  });

  test('an item without a record leaves no gap', async () => {
    const { results, end } = setUp();

    results.put({ id: 2 }, record(2));
    results.put({ id: 3 }, record(3));
    results.put({ id: 1 }, NO_RECORD);

    expect(await end()).toBe(records([2, 3]));
  });

  test('the first item may have another number', async () => {
    const { results, end } = setUp(undefined, { firstId: 11 });

    results.put({ id: 12 }, record(12));
    results.put({ id: 11 }, record(11));

    expect(await end()).toBe(records([11, 12]));
  });

  test('what is on disk comes out as soon as the item that all wait for has ended', async () => {
    const { results, written, end } = setUp(SMALL);
    for (const id of [4, 2, 3, 6, 5, 7]) {
      results.put({ id: id }, record(id));
      await results.waitForRoom();
    }

    results.put({ id: 1 }, record(1));
    while (!written().endsWith('7\n')) await nextTurn();
    results.put({ id: 8 }, record(8));

    expect(await end()).toBe(records([1, 2, 3, 4, 5, 6, 7, 8]));
  });

  test('with records on disk, an item whose turn it is waits for no other item', async () => {
    const { results, written, end } = setUp(SMALL);
    for (const id of [5, 6, 7]) results.put({ id: id }, record(id));
    await results.waitForRoom();

    for (const id of [1, 2, 3]) {
      results.put({ id: id }, record(id));
      // One that stays behind would be waited for in vain.
      while (written() !== records([1, 2, 3].slice(0, id))) await nextTurn();
    }

    results.put({ id: 4 }, record(4));
    expect(await end()).toBe(records([1, 2, 3, 4, 5, 6, 7]));
  });

  test('large records keep their place beside those on disk, and their pieces together', async () => {
    const { results, end } = setUp(SMALL);
    for (const id of [3, 5, 2, 7, 4, 6, 8]) {
      results.put({ id: id }, id % 2 === 0 ? record(id) : large(id));
      await results.waitForRoom();
    }

    results.put({ id: 1 }, large(1));

    expect(await end()).toBe('1a1b2\n3a3b4\n5a5b6\n7a7b8\n');
  });

  test('any order, any limit, gaps and all: in order in the end', async () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        ids,
        fc.integer({ min: 100, max: 800 }),
        fc.array(fc.boolean()),
        async (order, limit, waits) => {
          const { results, end, failures } = setUp(limit);
          for (const [index, id] of order.entries()) {
            if (id % 7 === 0) results.put({ id: id }, NO_RECORD);
            else results.put({ id: id }, record(id));
            if (waits[index]) await results.waitForRoom();
            if (waits[index + 1]) await nextTurn();
          }

          const sorted = order.filter((id) => id % 7 !== 0).sort((a, b) => a - b);
          expect(await end()).toBe(records(sorted));
          expect(failures).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('OrderedResults.isFull', () => {
  test('not many large records wait: each holds a file open', async () => {
    const { results, end } = setUp();
    for (let id = 2; !results.isFull; id += 1) results.put({ id: id }, large(id));
    const room = results.waitForRoom();

    results.put({ id: 1 }, record(1));
    await room;

    expect((await end()).match(/a/g)?.length).toBe(64);
  });

  test('a slow item holds up nobody: there is room again when the disk has taken what is held', async () => {
    const { results, end } = setUp(SMALL);

    for (const id of [2, 3, 4, 5]) results.put({ id: id }, record(id));
    expect(results.isFull).toBe(true);
    await results.waitForRoom();

    expect(results.isFull).toBe(false);
    results.put({ id: 1 }, record(1));
    expect(await end()).toBe(records([1, 2, 3, 4, 5]));
  });

  test('a disk that is full loses the results, tells it once, and lets everybody go on', async () => {
    const open = () => {
      throw new Error('no space');
    };
    const { results, end, failures } = setUp(SMALL, { open });

    for (const id of [2, 3, 4, 5, 6]) results.put({ id: id }, record(id));
    await results.waitForRoom();
    results.put({ id: 1 }, record(1));

    expect(results.isFull).toBe(false);
    expect(await end()).toBe('');
    expect(failures).toEqual([[new Error('no space'), 'the temporary folder']]);
  });
});

describe('OrderedResults.finish', () => {
  test('writes what is held, in order, though an earlier item never came', async () => {
    const { results, end } = setUp();
    for (const id of [4, 2, 6]) results.put({ id: id }, record(id));

    expect(await end()).toBe(records([2, 4, 6]));
  });
});

describe('SpillFile', () => {
  test('keeps records of any length and any text, in order', async () => {
    const file = new SpillFile();
    const texts = ['', 'é\n', 'x'.repeat(200_000), '\u{1F600}'.repeat(1000), 'end'];

    const run = await file.add(texts.map((text, index) => [index + 1, text] as const));
    const read: string[] = [];
    for (; run.head !== undefined; await run.load()) {
      read.push(run.head.record);
      run.advance();
      await run.load();
    }
    await file.close();

    expect(read).toEqual(texts);
  });

  test.skipIf(process.platform === 'win32')('leaves no name, from the start', async () => {
    const file = new SpillFile();
    await file.add([[1, 'x']]);

    expect(readdirSync(tmpdir()).filter((name) => file.name.endsWith(name))).toEqual([]);
    await file.close();
  });
});
