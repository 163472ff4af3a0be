/** The abort listeners that hang on a signal, counted at its methods. */
export interface CountedSignal {
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
  /** Now. */
  readonly listeners: number;
  /** The most there were at one time. */
  readonly peak: number;
}

/** A signal that counts its listeners. One added with `once` is gone when the signal has aborted. */
export function countedSignal(): CountedSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  let peak = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners.add(args[1]);
    peak = Math.max(peak, listeners.size);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners.delete(args[1]);
    remove(...args);
  };
  return {
    signal,
    abort: (reason) => {
      controller.abort(reason);
      listeners.clear();
    },
    get listeners() {
      return listeners.size;
    },
    get peak() {
      return peak;
    },
  };
}
