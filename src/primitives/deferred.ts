/** For the second argument of `then`: the rejection is known and dealt with elsewhere. */
export function ignore(): void {}

/** For reactions that are to run soon: one promise serves them all. */
export const resolved: Promise<void> = Promise.resolve();

/** A promise with its resolvers, which Node 20 cannot make by itself. `deferred()` makes one. */
export interface Deferred<T> {
  /** What others wait for. */
  readonly promise: Promise<T>;
  /** Fulfils the promise; only the first settling counts. */
  resolve(value: T | PromiseLike<T>): void;
  /** Rejects the promise; only the first settling counts. */
  reject(reason: unknown): void;
}

/**
 * A promise that the caller settles from outside.
 *
 * @example
 * const answer = deferred<number>();
 * const thread = spawn(() => answer.promise);
 * answer.resolve(42);
 * console.log(await thread.wait()); // 42
 */
export function deferred<T = void>(): Deferred<T> {
  return new Resolvable<T>();
}

type Resolve<T> = (value: T | PromiseLike<T>) => void;
type Reject = (reason: unknown) => void;

let lastResolve: Resolve<never> = ignore;
let lastReject: Reject = ignore;

// One function for all promises: a closure for each would cost more than the rest of what is built on them.
function keepResolvers(resolve: Resolve<never>, reject: Reject): void {
  lastResolve = resolve;
  lastReject = reject;
}

/** The one implementation of `Deferred`; waiters and runs stand on it. */
export class Resolvable<T> implements Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: Resolve<T>;
  readonly reject: Reject;

  constructor() {
    this.promise = new Promise<T>(keepResolvers);
    // The promise of the line above left its resolvers there.
    this.resolve = lastResolve as Resolve<T>;
    this.reject = lastReject;
    // A promise can reach the AsyncLocalStorage stores of its making, and so a green thread: nothing global may keep one.
    lastResolve = ignore;
    lastReject = ignore;
  }
}

/** A rejection that ends nothing when nobody handles it. */
export function rejectedQuietly(reason: unknown): Promise<never> {
  const rejected = Promise.reject(reason);
  rejected.then(undefined, ignore);
  return rejected;
}
