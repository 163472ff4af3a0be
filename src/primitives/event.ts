import { GreenpoolError } from '../errors.ts';
import { WaitQueue } from './wait-queue.ts';
import { failing, passing, type WaitOptions } from './waiter.ts';

type Outcome<T> =
  | { readonly isError: false; readonly value: T }
  | { readonly isError: true; readonly error: unknown };

/**
 * Something that happens once. All who wait learn of it, in the order in which they came; who asks later gets the same
 * value, or the same error, at once.
 *
 * @example
 * const loaded = new Event<string>();
 * spawnN(async () => console.log(await loaded.wait())); // ready
 * loaded.send('ready');
 */
export class Event<T = void> {
  readonly #waiters = new WaitQueue<T>('Event.wait()');
  #outcome: Outcome<T> | undefined = undefined;

  /**
   * Makes it happen, with `value` for all who wait.
   *
   * @throws {GreenpoolError} `ERR_EVENT_SENT`, when it has happened already; `reset()` first.
   * @example
   * const done = new Event();
   * done.send();
   */
  send(value: T): void {
    this.#settle({ isError: false, value });
    this.#waiters.grantAll(value);
  }

  /**
   * Makes it happen as a failure: all who wait get `error` thrown. When nobody ever waits, nothing is reported.
   *
   * @throws {GreenpoolError} `ERR_EVENT_SENT`, when it has happened already; `reset()` first.
   * @example
   * const loaded = new Event<string>();
   * loaded.sendException(new Error('no such file'));
   * await loaded.wait().catch((error) => console.log(error.message)); // no such file
   */
  sendException(error: unknown): void {
    this.#settle({ isError: true, error });
    this.#waiters.failAll(error);
  }

  /**
   * Waits until it happens. A timeout or a signal ends this wait only.
   *
   * @example
   * const loaded = new Event<string>();
   * await loaded.wait({ timeout: 5 }).catch((error) => console.log(error.code)); // ERR_TIMEOUT
   */
  wait(options?: WaitOptions): Promise<T> {
    const outcome = this.#outcome;
    if (outcome === undefined) return this.#waiters.park(options);
    return outcome.isError ? failing(options, outcome.error) : passing(options, () => outcome.value);
  }

  /** Whether it has happened. */
  ready(): boolean {
    return this.#outcome !== undefined;
  }

  /**
   * Forgets what happened, so that it can happen again. Who was told keeps what it was told.
   *
   * @throws {GreenpoolError} `ERR_EVENT_NOT_SENT`, when it has not happened.
   */
  reset(): void {
    if (this.#outcome === undefined) {
      throw new GreenpoolError('ERR_EVENT_NOT_SENT', 'the event was not sent yet; reset() takes back a send');
    }
    this.#outcome = undefined;
  }

  #settle(outcome: Outcome<T>): void {
    if (this.#outcome !== undefined) {
      throw new GreenpoolError(
        'ERR_EVENT_SENT',
        'the event was sent already; call reset() before sending again',
      );
    }
    this.#outcome = outcome;
  }
}
