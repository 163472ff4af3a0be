import { Readable } from 'node:stream';
import { sleep } from 'greenpool';
import { deferred, settle } from 'greenpool/testing';
import { describe, expect, test } from 'vitest';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import { ItemLimits, type LimitOptions } from '../../../../src/cli/limits/item-limits.ts';
import { jsonEncoder } from '../../../../src/cli/output/encoder.ts';
import { FailedItems } from '../../../../src/cli/output/failed-items.ts';
import { RecordWriter } from '../../../../src/cli/output/record-writer.ts';
import { PlainRecords } from '../../../../src/cli/output/records.ts';
import { SharedResults, UnorderedResults } from '../../../../src/cli/output/results.ts';
import type { ItemFunction } from '../../../../src/cli/run/item-context.ts';
import { ItemRun, type RunParts } from '../../../../src/cli/run/item-run.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';
import { memoryWriter } from '../output/memory-writer.ts';

function setUp(
  lines: readonly string[],
  jobs: number,
  call: ItemFunction,
  { journal, onCrash, ...limited }: Partial<LimitOptions & Pick<RunParts, 'journal' | 'onCrash'>> = {},
) {
  const written: string[] = [];
  const logged: unknown[][] = [];
  const write = async (text: string) => {
    written.push(...text.trimEnd().split('\n'));
  };
  const writer = new RecordWriter({ name: 'memory', write, close: async () => {} }, () => {});
  const stream = Readable.from(lines.map((line) => Buffer.from(`${line}\n`)));
  const reader = new ItemReader([{ name: undefined, stats: undefined, open: () => stream }], 'lines');
  const tally = new Tally();
  const failures = new FailureTable();
  const log = (...values: unknown[]) => logged.push(values);
  const records = new PlainRecords(jsonEncoder);
  const kept = memoryWriter();
  const results = new SharedResults([new UnorderedResults(writer), new FailedItems(kept.writer, '\n')]);
  const limits = new ItemLimits({ jobs, ...limited });
  const work = { call, records };
  const run = new ItemRun({ limits, work, reader, results, tally, failures, log, journal, onCrash });
  const finish = async () => {
    await run.run();
    await writer.close();
  };
  return { run, finish, written, logged, tally, failures, kept: () => kept.finish() };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

describe('ItemRun', () => {
  test("tells of what goes wrong and is no item's doing: an item must not vanish", async () => {
    const crashes: unknown[] = [];
    const fault = new Error('no record');
    const { finish, tally } = setUp(['a'], 1, (item) => item, {
      journal: {
        admit: () => 'run',
        attemptsBefore: () => 0,
        hasPassedOver: false,
        begin: () => Promise.reject(fault),
        retry: async () => {},
      },
      onCrash: (error) => crashes.push(error),
    });

    await finish();

    expect([crashes, tally.finished]).toEqual([[fault], 0]);
  });
});

describe('ItemRun.run', () => {
  test('calls the function once for each item and writes what it returns', async () => {
    const { finish, written, tally } = setUp(numbers(50), 3, (item) => Number(item) * 2);

    await finish();

    expect(written.map(Number)).toEqual(numbers(50).map((item) => Number(item) * 2));
    expect(tally.ended).toEqual({ done: 50, failed: 0, skipped: 0, cancelled: 0 });
  });

  test('runs as many items as there are slots, each in a slot of its own', async () => {
    const taken = new Set<number>();
    let most = 0;
    const { finish } = setUp(numbers(40), 4, async (item, { slot }) => {
      expect(taken.has(slot)).toBe(false);
      taken.add(slot);
      most = Math.max(most, taken.size, slot + 1);
      for (let turn = 0; turn < Number(item) % 3; turn += 1) await sleep(0);
      taken.delete(slot);
    });

    await finish();

    expect(most).toBe(4);
  });

  test('a function that throws, rejects or returns what is no JSON fails its item alone', async () => {
    const { finish, written, tally, failures } = setUp(['a', 'b', 'c', 'd'], 2, (item) => {
      if (item === 'a') throw new TypeError('thrown');
      if (item === 'b') return Promise.reject(new RangeError('rejected'));
      return item === 'c' ? 1n : item;
    });

    await finish();

    expect(written).toEqual(['"d"']);
    expect(tally.ended).toMatchObject({ done: 1, failed: 3 });
    expect(failures.render(100)).toMatch(/thrown.*line 1\n.*rejected.*line 2\n.*BigInt.*line 3/);
  });

  test('items that fail are kept as they were read, those that are skipped or done are not', async () => {
    const { finish, kept } = setUp(['a', 'b\r', 'c'], 1, (item, { skip }) => {
      if (item === 'b') throw new Error('no');
      return item === 'c' ? skip() : item;
    });

    await finish();

    expect(await kept()).toBe('b\r\n');
  });

  test('the context works when its methods are taken out of it', async () => {
    const { finish, written, logged, tally } = setUp(
      ['a', 'b'],
      1,
      (item, { id, attempt, log, progress, skip }) => {
        log(item, id, attempt);
        progress(0.5);
        return item === 'b' ? skip('not wanted') : tally.partlyDone;
      },
    );

    await finish();

    expect(logged).toEqual([
      ['a', 1, 1],
      ['b', 2, 1],
    ]);
    expect(written).toEqual(['0.5']);
    expect(tally.partlyDone).toBe(0);
    expect([...tally.skipReasons]).toEqual([['not wanted', 1]]);
  });

  test('an item is skipped also when the function catches what skip() throws', async () => {
    const { finish, written, tally } = setUp(['a'], 1, (_item, { skip }) => {
      try {
        skip();
      } catch {}
      return 'result';
    });

    await finish();

    expect(written).toEqual([]);
    expect(tally.ended).toMatchObject({ done: 0, skipped: 1 });
  });

  test('progress() refuses what is no number', async () => {
    const { finish, failures } = setUp(['a'], 1, (_item, { progress }) => progress(Number.NaN));

    await finish();

    expect(failures.render(100)).toContain('TypeError: progress() takes a number from 0 to 1, not NaN');
  });
});

describe('ItemRun.drain', () => {
  test('starts no more items; those that run go on, and the run tells where it stopped', async () => {
    const gate = deferred<string>();
    const started: unknown[] = [];
    const { run, finish, written } = setUp(numbers(10), 2, (item) => {
      started.push(item);
      return gate.promise;
    });
    const finished = finish();
    await settle();

    run.drain();
    gate.resolve('done');
    await finished;

    expect(started).toEqual(['1', '2']);
    expect(written).toEqual(['"done"', '"done"']);
    expect([run.hasWorkLeft, run.firstLeft?.line]).toEqual([true, 3]);
  });
});

describe('ItemRun.cancel', () => {
  test('aborts the signal of what runs and counts it as cancelled, not as failed', async () => {
    const { run, finish, tally, failures, kept } = setUp(numbers(10), 2, (_item, { signal }) => {
      const { promise, reject } = deferred<void>();
      signal.addEventListener('abort', () => reject(signal.reason));
      return promise;
    });
    const finished = finish();
    await settle();

    run.cancel(new Error('stop'));
    await finished;

    expect(tally.ended).toMatchObject({ cancelled: 2, failed: 0 });
    expect(failures.render(100)).toBe('');
    // Nobody else would remember that they were started and not done.
    expect(await kept()).toBe('1\n2\n');
  });

  test('waits for a function that ignores the signal, and keeps its result', async () => {
    const gate = deferred<string>();
    const { run, finish, written } = setUp(['a'], 1, () => gate.promise);
    const finished = finish();
    await settle();

    run.cancel(new Error('stop'));
    gate.resolve('late');
    await finished;

    expect(written).toEqual(['"late"']);
  });
});

describe('ItemRun.abandon', () => {
  test('fails what runs and waits for it no longer', async () => {
    const { run, finish, tally, failures } = setUp(['a', 'b', 'c'], 2, () => new Promise(() => {}));
    const finished = finish();
    await settle();

    run.abandon(new Error('never ends'));
    await finished;

    expect(tally.ended.failed).toBe(2);
    expect(failures.render(100)).toContain('2  Error: never ends  line 1');
  });
});
