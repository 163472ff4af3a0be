import type { Waiting } from './waiting.ts';

/** How far a run has come, as all styles show it. */
export interface Snapshot {
  readonly finished: number;
  readonly partlyDone: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly retried: number;
  readonly running: number;
  readonly waiting: Waiting;
  /** What people call the key that items may wait for. */
  readonly keyName: string | undefined;
  readonly expected: { readonly count: number; readonly isExact: boolean } | undefined;
  readonly perSecond: number | undefined;
  readonly elapsed: number;
  readonly isPaused: boolean;
}
