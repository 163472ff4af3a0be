import type { RecordWriter } from '../output/record-writer.ts';
import type { Records } from '../output/records.ts';
import type { ItemFunction } from './item-context.ts';

/** What is done with an item: the seam between a run and the command that asked for it. */
export interface Work {
  readonly call: ItemFunction;
  /** Makes of what `call` came to what is written. */
  readonly records: Records;
  /** How long a cancelled call may take before nobody waits for it any more. */
  readonly patience?: number;
  /** Resolves when nothing that the calls started is left. */
  end?(): Promise<void>;
}

/** What work is given to write with. */
interface WorkOutputs {
  /** For work that writes before an item has ended; not there with a journal. */
  readonly writer?: RecordWriter;
  /** What the options say that records of results look like. */
  readonly records: Records;
}

/** Makes the work of a run when its outputs are there. */
export type WorkMaker = (outputs: WorkOutputs) => Work;
