/** A pending call of a clock. */
export interface Timer {
  /** Takes the call back; does nothing when it was made already. */
  clear(): void;
}

/**
 * Where greenpool takes time from. `greenpool/testing` has one that stands still until told otherwise.
 *
 * @example
 * const pool = new GreenPool(4, { clock: new ManualClock() });
 */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `fn` once, `ms` from now. `ms` is finite and may exceed what the host's timers take. */
  setTimer(fn: () => void, ms: number): Timer;
  /** Calls `fn` in the next turn of the event loop, after timers and I/O that are due have had theirs. */
  nextTurn(fn: () => void): Timer;
}

// Hosts keep delays in a signed 32-bit integer; a longer one would fire at once.
const LONGEST_DELAY = 2 ** 31 - 1;

class SystemTimer implements Timer {
  #handle: ReturnType<typeof setTimeout> | undefined;
  readonly #fn: () => void;
  readonly #due: number;

  constructor(fn: () => void, ms: number) {
    this.#fn = fn;
    this.#due = performance.now() + ms;
    this.#arm(ms);
  }

  clear(): void {
    clearTimeout(this.#handle);
  }

  #arm(ms: number): void {
    if (ms <= LONGEST_DELAY) this.#handle = setTimeout(this.#fn, ms);
    else this.#handle = setTimeout(() => this.#arm(this.#due - performance.now()), LONGEST_DELAY);
  }
}

// Browsers have no setImmediate. A message to oneself is a macrotask without the 4 ms floor of nested timeouts.
function turnByMessage(fn: () => void): Timer {
  const { port1, port2 } = new MessageChannel();
  const stop = new AbortController();
  const finish = (): void => {
    stop.abort();
    port1.close();
  };
  const turn = (): void => {
    finish();
    fn();
  };
  port1.addEventListener('message', turn, { signal: stop.signal });
  port1.start();
  port2.postMessage(undefined);
  return { clear: finish };
}

function turnByImmediate(fn: () => void): Timer {
  const handle = setImmediate(fn);
  return { clear: () => clearImmediate(handle) };
}

const nextTurn = typeof setImmediate === 'function' ? turnByImmediate : turnByMessage;

/** The host's own time. This file is the only one that reads it or sets timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (fn, ms) => (ms === 0 ? nextTurn(fn) : new SystemTimer(fn, ms)),
  nextTurn,
};

let defaultClock = systemClock;

/** The clock of everything that was given none. */
export function currentClock(): Clock {
  return defaultClock;
}

/** Replaces the default clock and returns the one it had; for `greenpool/testing`. */
export function replaceClock(clock: Clock): Clock {
  const previous = defaultClock;
  defaultClock = clock;
  return previous;
}

/** Milliseconds until `moment`, in ms since 1970 as `Date.parse` gives them; negative when it has passed. */
export function msUntil(moment: number): number {
  return moment - Date.now();
}
