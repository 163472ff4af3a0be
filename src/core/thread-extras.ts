import type { Deadline } from '../primitives/deadlines.ts';
import type { WaitQueue } from '../primitives/wait-queue.ts';
import type { Waiter } from '../primitives/waiter.ts';
import type { GreenThread } from './green-thread.ts';
import type { Loan } from './lending.ts';
import type { Attempts } from './limits/attempts.ts';
import type { Ticket } from './limits/ticket.ts';
import type { Link } from './links.ts';
import type { Lineage } from './membership.ts';

/**
 * What most threads never have. Kept apart, so that a handle stays small: what a million kept handles cost is above all
 * the collector copying them.
 */
export class ThreadExtras {
  /** Parked `wait()` calls. */
  waiters: WaitQueue<unknown> | undefined = undefined;
  links: Link[] | undefined = undefined;
  controller: AbortController | undefined = undefined;
  /** Parked `kill()` calls, which wait for the function to end. */
  enders: WaitQueue<void> | undefined = undefined;
  /** Of the timeout, or of the start of a delayed thread. */
  deadline: Deadline | undefined = undefined;
  /** The parked `spawn()` that made this thread from inside another one. */
  spawner: Waiter<GreenThread<unknown>> | undefined = undefined;
  /** That spawn lends its own slot, and so resolves at the end. */
  isInSpawnersSlot = false;
  /** What children know of this thread. */
  lineage: Lineage | undefined = undefined;
  /** What this thread lends to its children. */
  loan: Loan | undefined = undefined;
  /** The loan that this thread may be lent while it stands in the line. */
  standby: Loan | undefined = undefined;
  /** Its key and weight, if it has any. */
  ticket: Ticket | undefined = undefined;
  /** What it takes to try it again, if it may be. */
  attempts: Attempts | undefined = undefined;
  /** What this thread runs in, or waits for, when its slot is lent. */
  loanedFrom: Loan | undefined = undefined;
}
