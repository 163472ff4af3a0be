import type { OutputRecord } from '../output/output-record.ts';
import type { RecordWriter } from '../output/record-writer.ts';
import type { ItemFunction } from './item-context.ts';

/** What is done with an item: the seam between a run and the command that asked for it. */
export interface Work {
  readonly call: ItemFunction;
  /** Makes what `call` came to what is written. Throws what the item then fails of. */
  readonly encode: (result: unknown) => OutputRecord;
  /** How long a cancelled call may take before nobody waits for it any more. */
  readonly patience?: number;
  /** Resolves when nothing that the calls started is left. */
  end?(): Promise<void>;
}

/** Gets the way to the output, for work that writes before an item has ended. */
export type WorkMaker = (writer: RecordWriter) => Work;
