/** How far a run has come, as both styles show it. */
export interface Snapshot {
  readonly finished: number;
  readonly partlyDone: number;
  readonly failed: number;
  readonly running: number;
  readonly waiting: number;
  readonly expected: { readonly count: number; readonly isExact: boolean } | undefined;
  readonly perSecond: number | undefined;
  readonly elapsed: number;
  readonly isPaused: boolean;
}
