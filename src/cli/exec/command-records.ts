import { ExitError } from '../failures/exit-error.ts';
import type { Item } from '../input/item.ts';
import { discard, type OutputRecord } from '../output/output-record.ts';
import { NO_RECORD, type Records, type Shortfall } from '../output/records.ts';

/** Records that are what commands printed, as it is. */
export const commandRecords: Records = {
  begin() {},
  // What a command comes to is its output and nothing else: see `ExecWork.call`.
  succeed: (_item, result) => result as OutputRecord,
  fallShort: outputOfFailed,
  forget(outcome) {
    discard(outcome instanceof ExitError ? outcome.output : outcome);
  },
};

// What a command printed before it failed is output too. Half the output of a cancelled one is not.
function outputOfFailed(_item: Item, why: Shortfall): OutputRecord {
  if (why.status === 'skipped' || !(why.error instanceof ExitError)) return NO_RECORD;
  if (why.status === 'failed') return why.error.output;
  discard(why.error.output);
  return NO_RECORD;
}
