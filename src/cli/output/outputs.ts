import type { RunOptions } from '../options.ts';
import { type Encoder, jsonEncoder, lineEncoder } from './encoder.ts';
import { Envelopes } from './envelopes.ts';
import { FailedItems } from './failed-items.ts';
import { failedSeparator, type Sinks } from './open-sinks.ts';
import { OrderedResults } from './ordered-results.ts';
import { RecordWriter } from './record-writer.ts';
import { PlainRecords, type Records } from './records.ts';
import { ResultFiles } from './result-files.ts';
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
  readonly options: Pick<RunOptions, 'to' | 'from' | 'ordered' | 'envelope' | 'results'>;
  readonly sinks: Sinks;
  /** The number of the first item. */
  readonly firstId: number;
  readonly now: () => number;
  /** Results or failed items are lost: `name` could not be written. */
  readonly onFailure: (error: unknown, name: string) => void;
}

/** Puts together what the options ask for. */
export async function createOutputs(parts: OutputParts): Promise<Outputs> {
  const { options, sinks, firstId, onFailure } = parts;
  const writer = new RecordWriter(sinks.results, (error) => onFailure(error, sinks.results.name));
  const encoder = await createEncoder(options.to, (header) => writer.pushHeader(header));
  const main = options.ordered
    ? new OrderedResults(writer, { firstId, onFailure })
    : new UnorderedResults(writer);
  const files = createFiles(options.results, encoder, onFailure);
  const failedItems = createFailedItems(parts);
  const others = [files, failedItems].filter((taker) => taker !== undefined);
  return {
    writer,
    records: options.envelope ? new Envelopes(parts.now) : new PlainRecords(encoder),
    results: others.length === 0 ? main : new SharedResults([main, ...others]),
    failedItems,
  };
}

function createEncoder(
  format: RunOptions['to'],
  onHeader: (header: string) => void,
): Encoder | Promise<Encoder> {
  if (format === 'lines') return lineEncoder;
  if (format !== 'csv') return jsonEncoder;
  // Loaded here: other formats do not wait for it.
  return import('./csv-encoder.ts').then(({ createCsvEncoder }) => createCsvEncoder(onHeader));
}

function createFiles(
  folder: string | undefined,
  encoder: Encoder,
  onFailure: OutputParts['onFailure'],
): ResultFiles | undefined {
  if (folder === undefined) return undefined;
  return new ResultFiles(folder, encoder, (error) => onFailure(error, folder));
}

function createFailedItems({ options, sinks, onFailure }: OutputParts): FailedItems | undefined {
  const sink = sinks.failed;
  if (sink === undefined) return undefined;
  const writer = new RecordWriter(sink, (error) => onFailure(error, sink.name));
  return new FailedItems(writer, failedSeparator(options));
}
