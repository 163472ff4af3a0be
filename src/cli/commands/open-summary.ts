import type { SessionOptions } from '../options.ts';
import type { FilesInUse } from '../output/byte-sink.ts';
import type { SummaryFile } from '../summary/summary-file.ts';

/** The file of the summary, if there is to be one. Checked before the outputs are emptied. */
export async function openSummary(
  options: SessionOptions,
  inUse: FilesInUse,
): Promise<SummaryFile | undefined> {
  if (options.summary === undefined) return undefined;
  // Loaded here: a run without a summary does not wait for it.
  const { SummaryFile } = await import('../summary/summary-file.ts');
  return new SummaryFile(options.summary, options, inUse);
}
