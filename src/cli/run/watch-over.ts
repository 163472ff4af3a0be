import type { Host } from '../host.ts';
import { EarlyEnd, type EarlyEndOptions } from './early-end.ts';
import { type EventLoopGuard, guardEventLoop } from './event-loop-guard.ts';
import type { ItemRun } from './item-run.ts';
import type { RunEnd } from './outcome.ts';
import { listenForStop } from './stop-signals.ts';
import type { Tally } from './tally.ts';

/** All that may end a run before its input does. */
export interface Watch {
  readonly guard: EventLoopGuard;
  readonly earlyEnd: EarlyEnd;
  /** What of it has come. */
  ends(): Pick<RunEnd, 'hasCrashed' | 'cancelledBy' | 'isHalted' | 'isTimeUp'>;
  close(): void;
}

type Stoppable = Pick<ItemRun, 'state' | 'drain' | 'cancel' | 'abandon'>;

/** Watches over `run` until closed: signals, failures, time, and functions that never end. */
export function watchOver(run: Stoppable, tally: Tally, options: EarlyEndOptions, host: Host): Watch {
  const { ticks, screen } = host;
  const print = (text: string): void => screen.print(text);
  const guard = guardEventLoop(host, run);
  const earlyEnd = new EarlyEnd({ options, run, tally, ticks, print });
  const stop = listenForStop({
    run,
    signals: host.events,
    runningItems: () => tally.running,
    ticks,
    patience: options.patience,
    print,
    leave: (code) => {
      guard.close();
      screen.setStatus('');
      host.leave(code);
    },
  });
  return {
    guard,
    earlyEnd,
    ends: () => ({
      hasCrashed: guard.hasCrashed,
      cancelledBy: stop.cancelledBy,
      isHalted: earlyEnd.isHalted,
      isTimeUp: earlyEnd.isTimeUp,
    }),
    close() {
      stop.close();
      earlyEnd.close();
      guard.close();
    },
  };
}
