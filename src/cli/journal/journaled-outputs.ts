import type { Item } from '../input/item.ts';
import type { ByteSink } from '../output/byte-sink.ts';
import {
  createEncoder,
  createFailedItems,
  createOthers,
  createRecords,
  type OutputParts,
  type Outputs,
} from '../output/output-parts.ts';
import type { ClaimedJournal } from './claim.ts';
import { HeldFiles } from './held-file.ts';
import { fileNameOf, identityOfItem } from './item-identity.ts';
import type { JournalFile } from './journal-files.ts';
import type { JournalWriter } from './journal-writer.ts';
import { openSession } from './open-session.ts';
import { OrderedResultWriter } from './ordered-result-writer.ts';
import { PlainResultWriter, type ResultWriter } from './result-writer.ts';
import { RunJournal, type RunPolicy } from './run-journal.ts';
import type { TextEncoding } from './text-buffer.ts';

/** The same as `createOutputs`, where each result is recorded. */
export async function createJournaledOutputs(parts: OutputParts, claimed: ClaimedJournal): Promise<Outputs> {
  const { options, sinks, tally, onFailure } = parts;
  const { files, folder, output, replay, lock } = claimed;
  const { encoding } = sinks;
  const { writer } = await openSession(
    files,
    { folder, output },
    {
      ordered: options.ordered,
      sync: options.sync,
      encoding,
      isQuiet: () => tally.running === 0,
      pipe: asJournalFile(sinks.results, encoding),
      onFailure: (error) => onFailure(error, folder),
    },
    replay,
  );
  const failedItems = await createFailedItems(parts);
  const onHeader = (header: string, columns: readonly string[]): void => void writer.header(columns, header);
  const encoder = await createEncoder(options.to, onHeader, replay.columns);
  const journal = new RunJournal({
    writer,
    results: createResultWriter(parts, claimed, writer),
    states: replay.items,
    policy: policyOf(options),
    tally,
    others: await createOthers(parts, { encoder, nameOf: fileNames(options.key) }, failedItems),
    failedItems,
  });
  return {
    records: await createRecords(parts, encoder),
    results: journal,
    failedItems,
    journal,
    recordsWritten: () => writer.ended.durable,
    async close(end) {
      await writer.close(end);
      await lock.release();
    },
  };
}

function createResultWriter(
  { options, sinks, firstId }: OutputParts,
  { files, folder }: ClaimedJournal,
  writer: JournalWriter,
): ResultWriter {
  const parts = { writer, heldFiles: new HeldFiles(files, folder), encoding: sinks.encoding };
  return options.ordered ? new OrderedResultWriter(parts, firstId) : new PlainResultWriter(parts);
}

/** Numbers change when the input is edited. What an item is known by does not. */
function fileNames(key: string | undefined): (item: Item) => string {
  return (item) => fileNameOf(item.begun?.record.id ?? identityOfItem(item, key));
}

function policyOf({ key, onInflight, resumeFailed, sync }: OutputParts['options']): RunPolicy {
  return { key, onInflight, isRetry: resumeFailed, sync };
}

/** A pipe: nothing in it can be taken back, and nothing synced. */
function asJournalFile(sink: ByteSink, encoding: TextEncoding): JournalFile {
  return {
    path: sink.name,
    // Records are whole, so no character is torn.
    append: (bytes) => sink.write(Buffer.from(bytes).toString(encoding)),
    datasync: async () => {},
    close: () => sink.close(),
  };
}
