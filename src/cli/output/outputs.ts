import type { RunOptions, SessionOptions } from '../options.ts';
import { type Encoder, jsonEncoder, lineEncoder } from './encoder.ts';
import type { FailedItems } from './failed-items.ts';
import { failedSeparator, type Sinks } from './open-sinks.ts';
import { RecordWriter } from './record-writer.ts';
import { PlainRecords, type Records } from './records.ts';
import { type Results, SharedResults, UnorderedResults } from './results.ts';

/** All that takes what items come to. */
export interface Outputs {
  readonly writer: RecordWriter;
  readonly records: Records;
  readonly results: Results;
  readonly failedItems: FailedItems | undefined;
}

/** What `createOutputs` makes them of. */
export interface OutputParts {
  readonly options: SessionOptions;
  readonly sinks: Sinks;
  /** The number of the first item. */
  readonly firstId: number;
  readonly now: () => number;
  /** Results or failed items are lost: `name` could not be written. */
  readonly onFailure: (error: unknown, name: string) => void;
}

/** Puts together what the options ask for. What was not asked for is not even loaded. */
export async function createOutputs(parts: OutputParts): Promise<Outputs> {
  const { options, sinks, onFailure } = parts;
  const writer = new RecordWriter(sinks.results, (error) => onFailure(error, sinks.results.name));
  const encoder = await createEncoder(options.to, (header) => writer.pushHeader(header));
  const failedItems = await createFailedItems(parts);
  const takers = [
    await createMainResults(parts, writer),
    await createFiles(parts, encoder),
    failedItems,
  ].filter((taker) => taker !== undefined);
  const [main, ...others] = takers;
  return {
    writer,
    records: await createRecords(parts, encoder),
    results: main !== undefined && others.length === 0 ? main : new SharedResults(takers),
    failedItems,
  };
}

async function createEncoder(
  format: RunOptions['to'] | undefined,
  onHeader: (header: string) => void,
): Promise<Encoder> {
  if (format === 'lines') return lineEncoder;
  if (format !== 'csv') return jsonEncoder;
  const { createCsvEncoder } = await import('./csv-encoder.ts');
  return createCsvEncoder(onHeader);
}

async function createRecords({ options, now }: OutputParts, encoder: Encoder): Promise<Records> {
  if (!options.envelope) return new PlainRecords(encoder);
  const { Envelopes } = await import('./envelopes.ts');
  return new Envelopes(now);
}

async function createMainResults(parts: OutputParts, writer: RecordWriter): Promise<Results> {
  const { options, firstId, onFailure } = parts;
  if (!options.ordered) return new UnorderedResults(writer);
  const { OrderedResults } = await import('./ordered-results.ts');
  return new OrderedResults(writer, { firstId, onFailure });
}

async function createFiles(
  { options, onFailure }: OutputParts,
  encoder: Encoder,
): Promise<Results | undefined> {
  const folder = options.results;
  if (folder === undefined) return undefined;
  const { ResultFiles } = await import('./result-files.ts');
  return new ResultFiles(folder, encoder, (error) => onFailure(error, folder));
}

async function createFailedItems({
  options,
  sinks,
  onFailure,
}: OutputParts): Promise<FailedItems | undefined> {
  const sink = sinks.failed;
  if (sink === undefined) return undefined;
  const { FailedItems } = await import('./failed-items.ts');
  const writer = new RecordWriter(sink, (error) => onFailure(error, sink.name));
  return new FailedItems(writer, failedSeparator(options));
}
