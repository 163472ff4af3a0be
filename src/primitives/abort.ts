/** Something that an `AbortSignal` can end. */
export interface Abortable {
  /** Called once when the signal aborts. @internal */
  abort(reason: unknown): void;
}

/** All that hangs on one signal: a single listener, however many wait. */
class SignalGroup {
  readonly #signal: AbortSignal;
  readonly #targets = new Set<Abortable>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(target: Abortable): void {
    if (this.#targets.size === 0) this.#signal.addEventListener('abort', this.#abort, { once: true });
    this.#targets.add(target);
  }

  delete(target: Abortable): void {
    if (this.#targets.delete(target) && this.#targets.size === 0) {
      this.#signal.removeEventListener('abort', this.#abort);
    }
  }

  readonly #abort = (): void => {
    const { reason } = this.#signal;
    const targets = [...this.#targets];
    this.#targets.clear();
    for (const target of targets) target.abort(reason);
  };
}

const groups = new WeakMap<AbortSignal, SignalGroup>();

/** Calls `target.abort(reason)` when `signal` aborts, in the order of these calls. The signal has not aborted yet. */
export function onAbort(signal: AbortSignal, target: Abortable): void {
  let group = groups.get(signal);
  if (group === undefined) {
    group = new SignalGroup(signal);
    groups.set(signal, group);
  }
  group.add(target);
}

/** Takes `onAbort` back; the listener goes with the last target. O(1). */
export function offAbort(signal: AbortSignal, target: Abortable): void {
  groups.get(signal)?.delete(target);
}
