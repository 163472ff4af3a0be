import { Readable } from 'node:stream';
import { deferred, settle } from 'greenpool/testing';
import { FailureTable } from '../../../../src/cli/failures/failure-table.ts';
import { ItemReader } from '../../../../src/cli/input/item-reader.ts';
import { ItemLimits, type LimitOptions } from '../../../../src/cli/limits/item-limits.ts';
import { jsonEncoder } from '../../../../src/cli/output/encoder.ts';
import { RecordWriter } from '../../../../src/cli/output/record-writer.ts';
import { PlainRecords } from '../../../../src/cli/output/records.ts';
import { type Results, UnorderedResults } from '../../../../src/cli/output/results.ts';
import type { ItemFunction } from '../../../../src/cli/run/item-context.ts';
import { ItemRun } from '../../../../src/cli/run/item-run.ts';
import { Tally } from '../../../../src/cli/run/tally.ts';

/** A run of `items` in memory, as lines of JSON, that starts when told to. */
export function setUpRun(
  items: readonly unknown[],
  options: LimitOptions,
  call: ItemFunction,
  { recorded }: { recorded?: Promise<void> } = {},
) {
  const written: unknown[] = [];
  const write = async (text: string) => {
    for (const line of text.trimEnd().split('\n')) written.push(JSON.parse(line));
  };
  const writer = new RecordWriter({ name: 'memory', write, close: async () => {} }, () => {});
  const stream = Readable.from([Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join(''))]);
  const reader = new ItemReader([{ name: undefined, stats: undefined, open: () => stream }], 'ndjson');
  const results = new UnorderedResults(writer);
  const put: Results['put'] = (item, record) => {
    results.put(item, record);
    return recorded;
  };
  const tally = new Tally();
  const failures = new FailureTable();
  const run = new ItemRun({
    limits: new ItemLimits(options),
    work: { call, records: new PlainRecords(jsonEncoder) },
    reader,
    results: {
      put,
      isFull: false,
      waitForRoom: () => results.waitForRoom(),
      finish: () => results.finish(),
    },
    tally,
    failures,
    log: () => {},
  });
  const done = deferred<void>();
  const start = () => {
    run
      .run()
      .then(() => writer.close())
      .then(done.resolve, done.reject);
    return settle();
  };
  return { run, start, done: done.promise, written, tally, failures };
}
