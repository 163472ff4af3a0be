import type { Item } from '../input/item.ts';
import type { ClaimedJournal } from '../journal/claim.ts';
import type { RunOptions, SessionOptions } from '../options.ts';
import type { ItemJournal } from '../run/item-journal.ts';
import type { Tally } from '../run/tally.ts';
import type { OnHeader } from './csv-encoder.ts';
import { type Encoder, jsonEncoder, lineEncoder } from './encoder.ts';
import type { FailedItems } from './failed-items.ts';
import { failedSeparator, type Sinks } from './open-sinks.ts';
import { RecordWriter } from './record-writer.ts';
import { PlainRecords, type Records } from './records.ts';
import type { Results } from './results.ts';

/** All that takes what items come to. */
export interface Outputs {
  /** For work that writes before an item has ended. None with a journal, which has to know what is whose. */
  readonly writer?: RecordWriter;
  readonly records: Records;
  readonly results: Results;
  readonly failedItems: FailedItems | undefined;
  readonly journal?: ItemJournal;
  /** Results that cannot get lost any more. */
  readonly recordsWritten: () => number;
  /** Writes what is left. */
  readonly close: (end: { readonly hasWorkLeft: boolean }) => Promise<void>;
}

/** What `createOutputs` makes them of. */
export interface OutputParts {
  readonly options: SessionOptions;
  readonly sinks: Sinks;
  /** The number of the first item. */
  readonly firstId: number;
  readonly tally: Tally;
  readonly journal: ClaimedJournal | undefined;
  readonly now: () => number;
  /** Results or failed items are lost: `name` could not be written. */
  readonly onFailure: (error: unknown, name: string) => void;
}

/** Makes what turns results into text; `columns` are those of CSV whose header is written. */
export async function createEncoder(
  format: RunOptions['to'] | undefined,
  onHeader: OnHeader,
  columns?: readonly string[],
): Promise<Encoder> {
  if (format === 'lines') return lineEncoder;
  if (format !== 'csv') return jsonEncoder;
  const { createCsvEncoder } = await import('./csv-encoder.ts');
  return createCsvEncoder(onHeader, columns);
}

/** Makes what turns items into records. */
export async function createRecords(
  { options, now }: Pick<OutputParts, 'options' | 'now'>,
  encoder: Encoder,
): Promise<Records> {
  if (!options.envelope) return new PlainRecords(encoder);
  const { Envelopes } = await import('./envelopes.ts');
  return new Envelopes(now);
}

/** How items become files of their own. */
export interface OthersForm {
  readonly encoder: Encoder;
  readonly nameOf: (item: Item) => string;
}

/** Makes what takes items beside the main output. */
export async function createOthers(
  { options, onFailure }: Pick<OutputParts, 'options' | 'onFailure'>,
  { encoder, nameOf }: OthersForm,
  failedItems: FailedItems | undefined,
): Promise<Results[]> {
  const others: Results[] = failedItems === undefined ? [] : [failedItems];
  const folder = options.results;
  if (folder !== undefined) {
    const { ResultFiles } = await import('./result-files.ts');
    const { extension } = encoder;
    const form = { extension, encodeFile: (record: string) => encoder.encodeFile(record), nameOf };
    others.push(new ResultFiles(folder, form, (error) => onFailure(error, folder)));
  }
  return others;
}

/** Makes what keeps items that fail, if somebody wants them. */
export async function createFailedItems({
  options,
  sinks,
  onFailure,
}: Pick<OutputParts, 'options' | 'sinks' | 'onFailure'>): Promise<FailedItems | undefined> {
  const sink = sinks.failed;
  if (sink === undefined) return undefined;
  const { FailedItems } = await import('./failed-items.ts');
  const writer = new RecordWriter(sink, (error) => onFailure(error, sink.name));
  return new FailedItems(writer, failedSeparator(options));
}
