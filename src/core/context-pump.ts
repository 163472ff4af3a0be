import { ignore, Resolvable } from '../primitives/deferred.ts';

/**
 * Runs `body` in the context (all `AsyncLocalStorage` stores) that this pump was made in, two microtasks after `wake`, as
 * all starts do. A promise that is always armed carries the context: whoever resolves it, the reaction runs where it was
 * attached, and attaches the next one there. It costs one promise per run, shared by all that happened since the last.
 */
export class ContextPump {
  readonly #body: () => void;
  #resolve: (value: undefined) => void = ignore;
  #isAwake = false;

  constructor(body: () => void) {
    this.#body = body;
    this.#arm();
  }

  /** Sees to it that `body` runs soon. Called from inside `body`, it runs again. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#resolve(undefined);
  }

  #arm(): void {
    const { promise, resolve } = new Resolvable<void>();
    this.#resolve = resolve;
    void promise.then(ignore).then(this.#run);
  }

  readonly #run = (): void => {
    this.#isAwake = false;
    this.#arm();
    this.#body();
  };
}
