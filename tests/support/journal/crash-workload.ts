import type { Workload } from './workload.ts';

/** Equal items, failures, skips and retries, and enough of them for three log files. */
export const CRASH_WORKLOAD: Workload = {
  input: [
    ...['a', 'b', 'retry 1', 'a', 'c', 'fail 1', 'd', 'e', 'skip 1', 'f', 'b', 'g', 'retry 2', 'h', 'a', 'i'],
    ...[
      'report 1',
      'large 1',
      'fail 2',
      'j',
      'k',
      'fail 1',
      'l',
      'skip 1',
      'm',
      'large 2',
      'report 1',
      'retry 1',
      'n',
    ],
  ],
  size: 3,
  ordered: false,
  sync: 'batch',
  freeSlot: 'when written',
};
