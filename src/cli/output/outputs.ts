import {
  createEncoder,
  createFailedItems,
  createOthers,
  createRecords,
  type OutputParts,
  type Outputs,
} from './output-parts.ts';
import { RecordWriter } from './record-writer.ts';
import { type Results, SharedResults, UnorderedResults } from './results.ts';

/** Puts together what the options ask for. What was not asked for is not even loaded. */
export async function createOutputs(parts: OutputParts): Promise<Outputs> {
  if (parts.journal !== undefined) {
    const { createJournaledOutputs } = await import('../journal/journaled-outputs.ts');
    return createJournaledOutputs(parts, parts.journal);
  }
  const { options, sinks, onFailure } = parts;
  const writer = new RecordWriter(sinks.results, (error) => onFailure(error, sinks.results.name));
  const encoder = await createEncoder(options.to, (header) => writer.pushHeader(header));
  const failedItems = await createFailedItems(parts);
  const main = await createMainResults(parts, writer);
  const others = await createOthers(parts, { encoder, nameOf: ({ id }) => String(id) }, failedItems);
  return {
    writer,
    records: await createRecords(parts, encoder),
    results: others.length === 0 ? main : new SharedResults([main, ...others]),
    failedItems,
    recordsWritten: () => writer.recordsWritten,
    close: () => writer.close(),
  };
}

async function createMainResults(parts: OutputParts, writer: RecordWriter): Promise<Results> {
  const { options, firstId, onFailure } = parts;
  if (!options.ordered) return new UnorderedResults(writer);
  const { OrderedResults } = await import('./ordered-results.ts');
  return new OrderedResults(writer, { firstId, onFailure });
}
