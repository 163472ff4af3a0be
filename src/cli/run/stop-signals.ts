import { GreenletExit } from '../../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatCount } from '../progress/figures.ts';
import type { StopTicking, Ticks } from '../ticks.ts';
import type { ItemRun } from './item-run.ts';

/** The signals that stop a run. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Where signals come from: `process`, or a test. */
interface SignalSource {
  on(event: StopSignal, listener: (signal: StopSignal) => void): unknown;
  off(event: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

/** What the signals act on. */
export interface StopParts {
  readonly signals: SignalSource;
  readonly run: Pick<ItemRun, 'drain' | 'cancel' | 'abandon'>;
  readonly runningItems: () => number;
  readonly ticks: Ticks;
  /** Milliseconds from a cancellation to the end of the wait for what ignores it. */
  readonly patience: number;
  readonly print: (text: string) => void;
  /** Ends the process on the spot. */
  readonly leave: (code: ExitCode) => void;
}

/** What is left to say when the run has ended. */
export interface StopListener {
  /** The signal that cancelled the run, if one did. */
  readonly cancelledBy: StopSignal | undefined;
  close(): void;
}

// From SIGTERM to the cancellation of what runs. See --grace for what follows.
const DRAIN_GRACE = 5_000;

/** The code of a run that a signal ended. */
export function exitCodeOf(signal: StopSignal): ExitCode {
  return signal === 'SIGINT' ? EXIT.sigint : EXIT.sigterm;
}

/** The first signal drains, the second cancels, the third leaves at once. SIGTERM cancels by itself after a while. */
export function listenForStop(parts: StopParts): StopListener {
  const { run, ticks, print } = parts;
  const timers: StopTicking[] = [];
  let received = 0;
  let cancelledBy: StopSignal | undefined;

  const cancel = (signal: StopSignal): void => {
    if (cancelledBy !== undefined) return;
    cancelledBy = signal;
    const reason = new GreenletExit(`the run was cancelled by ${signal}`);
    run.cancel(reason);
    timers.push(ticks.after(parts.patience, () => run.abandon(reason)));
  };
  const drain = (signal: StopSignal): void => {
    run.drain();
    if (parts.runningItems() > 0) print(`greenpool: ${describeDrain(signal, parts.runningItems())}`);
    if (signal === 'SIGTERM') timers.push(ticks.after(DRAIN_GRACE, () => cancel(signal)));
  };
  const onSignal = (signal: StopSignal): void => {
    received += 1;
    if (received === 1) drain(signal);
    else if (received === 2) {
      if (parts.runningItems() > 0) print(`greenpool: ${describeCancel(parts.runningItems())}`);
      cancel(signal);
    } else parts.leave(exitCodeOf(signal));
  };

  parts.signals.on('SIGINT', onSignal);
  parts.signals.on('SIGTERM', onSignal);
  return {
    get cancelledBy() {
      return cancelledBy;
    },
    close() {
      for (const stop of timers) stop();
      parts.signals.off('SIGINT', onSignal);
      parts.signals.off('SIGTERM', onSignal);
    },
  };
}

function describeCancel(running: number): string {
  return `cancelling ${formatCount(running)} running (once more leaves at once)`;
}

function describeDrain(signal: StopSignal, running: number): string {
  const items = `${formatCount(running)} running`;
  if (signal === 'SIGINT') return `no new items; waiting for ${items} (ctrl-C again cancels them)`;
  return `SIGTERM: no new items; ${items} are cancelled in ${DRAIN_GRACE / 1000} s`;
}
