import { ItemError } from '../failures/item-error.ts';
import type { Host } from '../host.ts';
import type { ItemRun } from './item-run.ts';

const NEVER_SETTLED = 'the function never ends: nothing is left that could wake it';

/** What a run sees of the process it runs in. */
export interface EventLoopGuard {
  /** Whether something threw outside of any item. */
  readonly hasCrashed: boolean;
  /** Takes an error that belongs to no item; the run is cancelled. */
  crash(error: unknown): void;
  close(): void;
}

/** Ends the run in order where Node would end the process: at an error that nobody catches, and out of events. */
export function guardEventLoop(
  { events, screen }: Pick<Host, 'events' | 'screen'>,
  run: ItemRun,
): EventLoopGuard {
  let hasCrashed = false;
  const crash = (error: unknown): void => {
    // The first is the one to look at; where it came from, many more may follow.
    if (hasCrashed) return;
    hasCrashed = true;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    screen.print(
      `greenpool: error outside of any item (a timer, an event, a promise nobody awaits): ${text}`,
    );
    run.cancel(error);
    run.abandon(error);
  };
  const starve = (): void => run.abandon(new ItemError('ERR_NEVER_SETTLED', NEVER_SETTLED));
  events.on('uncaughtException', crash);
  events.on('beforeExit', starve);
  return {
    get hasCrashed() {
      return hasCrashed;
    },
    crash,
    close() {
      events.off('uncaughtException', crash);
      events.off('beforeExit', starve);
    },
  };
}
