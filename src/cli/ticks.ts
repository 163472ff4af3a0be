/** Takes a repeated or delayed call back. */
export type StopTicking = () => void;

/** Time as the command line uses it: to redraw, to measure rates, to end a grace period. */
export interface Ticks {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `fn` every `ms`, until stopped. */
  every(ms: number, fn: () => void): StopTicking;
  /** Calls `fn` once, `ms` from now, unless stopped. */
  after(ms: number, fn: () => void): StopTicking;
}

/**
 * The host's time. Unlike the core's clock its timers do not keep the process alive: a run whose last function
 * waits for something that can never come leaves nothing to wait for, and Node tells us so (`beforeExit`).
 * With an ordinary timer the bar would stand there for ever.
 */
export const systemTicks: Ticks = {
  now: () => performance.now(),
  every(ms, fn) {
    const timer = setInterval(fn, ms).unref();
    return () => clearInterval(timer);
  },
  after(ms, fn) {
    const timer = setTimeout(fn, ms).unref();
    return () => clearTimeout(timer);
  },
};
