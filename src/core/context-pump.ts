import type { Context } from '../primitives/context.ts';
import { resolved } from '../primitives/deferred.ts';

/** Runs `body` in a context that was kept, one microtask after `wake`: once for all calls of `wake` in between. */
export class ContextPump {
  readonly #body: () => void;
  readonly #context: Context;
  #isAwake = false;

  constructor(context: Context, body: () => void) {
    this.#context = context;
    this.#body = body;
  }

  /** Sees to it that `body` runs soon. Called from inside `body`, it runs again. */
  wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    void resolved.then(this.#run);
  }

  readonly #run = (): void => {
    this.#isAwake = false;
    this.#context.runInAsyncScope(this.#body);
  };
}
