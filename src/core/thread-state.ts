/** Where a green thread is in its life, as its handle shows it. */
export type ThreadState = 'pending' | 'running' | 'done' | 'failed' | 'killed';

// The same in small integers, with two distinctions more. All from DONE on have ended; all from STOPPED on are over: their
// outcome is known.
/** Waits for a slot, or has one and has not reached its first line. */
export const PENDING = 0;
/** Its function runs. */
export const RUNNING = 1;
/** Killed, but its function has yet to end. */
export const STOPPED = 2;
/** Has a result. */
export const DONE = 3;
/** Has an error. */
export const FAILED = 4;
/** Killed, and its function has ended or will never run. */
export const KILLED = 5;
/** Killed in the line: it never had a slot, and nobody ever had its handle. */
export const WITHDRAWN = 6;

/** One of the above. */
export type Status = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** The public name of each status. */
export const stateNames: readonly [
  ThreadState,
  ThreadState,
  ThreadState,
  ThreadState,
  ThreadState,
  ThreadState,
  ThreadState,
] = ['pending', 'running', 'killed', 'done', 'failed', 'killed', 'killed'];
