import { EXIT } from '../exit-codes.ts';
import { ItemError } from '../failures/item-error.ts';
import type { Host } from '../host.ts';
import { describeWithStack } from '../thrown.ts';
import type { ItemRun } from './item-run.ts';

const NEVER_SETTLED = 'the function never ends: nothing is left that could wake it';
const EXITED =
  'process.exit() was called by the module, in the middle of the run: what still ran or was not written is lost';

/** What a run sees of the process it runs in. */
export interface EventLoopGuard {
  /** Whether something threw outside of any item. */
  readonly hasCrashed: boolean;
  /** Takes an error that belongs to no item; the run is cancelled. */
  crash(error: unknown): void;
  close(): void;
}

/**
 * Ends the run in order where Node would end the process: at an error that nobody catches, and out of events. What
 * `process.exit()` ends cannot be saved, but it does not look as if it were done.
 */
export function guardEventLoop(
  { events, screen, die }: Pick<Host, 'events' | 'screen' | 'die'>,
  run: Pick<ItemRun, 'cancel' | 'abandon'>,
): EventLoopGuard {
  let hasCrashed = false;
  const crash = (error: unknown): void => {
    // The first is the one to look at; where it came from, many more may follow.
    if (hasCrashed) return;
    hasCrashed = true;
    screen.print(
      `greenpool: error outside of any item (a timer, an event, a promise nobody awaits): ${describeWithStack(error)}`,
    );
    run.cancel(error);
    run.abandon(error);
  };
  const starve = (): void => {
    const error = new ItemError('ERR_NEVER_SETTLED', NEVER_SETTLED);
    run.abandon(error);
    // Second: what runs has failed. What waits behind it has not been started, and is left.
    run.cancel(error);
  };
  const exit = (): void => die(EXITED, EXIT.internal);
  events.on('uncaughtException', crash);
  events.on('exit', exit);
  events.on('beforeExit', starve);
  return {
    get hasCrashed() {
      return hasCrashed;
    },
    crash,
    close() {
      events.off('uncaughtException', crash);
      events.off('beforeExit', starve);
      events.off('exit', exit);
    },
  };
}
