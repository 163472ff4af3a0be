import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../loader/error-facts.ts';
import { isThenable, show } from '../../primitives/checks.ts';
import { systemClock } from '../../primitives/clock.ts';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import type { FromThread } from '../messages.ts';
import { transfersOf } from '../transfer.ts';
import type { TaskRun } from './task-run.ts';

/** Sends the items of one generator to the pool, no more than it has room for. */
export class ItemSource {
  readonly #port: MessagePort;
  readonly #run: TaskRun;
  readonly #name: string;
  /** Items that may be sent now. */
  #room: number;
  #items: unknown[] = [];
  #isTurnAwaited = false;
  #isWanted = true;
  #roomier: Deferred<void> | undefined = undefined;

  constructor(port: MessagePort, run: TaskRun, name: string, window: number) {
    this.#port = port;
    this.#run = run;
    this.#name = name;
    this.#room = window;
  }

  /** So many items were taken. */
  taken(count: number): void {
    this.#room += count;
    this.#roomier?.resolve();
  }

  /** Nobody wants more; or the task was killed. */
  leave(): void {
    this.#isWanted = false;
    this.#roomier?.resolve();
  }

  /** Runs the generator to its end, or until nobody wants more or an item cannot be sent. */
  async pump(): Promise<void> {
    const iterator = await this.#iterator();
    let hasEnded = false;
    try {
      while (this.#isWanted && !hasEnded) {
        if (this.#room <= 0) {
          this.#send();
          this.#roomier = deferred();
          await this.#roomier.promise;
          continue;
        }
        // It has if this throws.
        hasEnded = true;
        const step = await this.#run.run(() => iterator.next());
        hasEnded = step.done === true;
        if (!hasEnded) this.#keep(step.value);
      }
    } finally {
      // What it has yielded comes before its failure.
      if (hasEnded) this.#send();
      else await this.#run.run(() => iterator.return?.());
    }
  }

  async #iterator(): Promise<Iterator<unknown> | AsyncIterator<unknown>> {
    const called = this.#run.call();
    // Whatever it is, it may be asked.
    type Source = Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
    const source = (isThenable(called) ? await called : called) as Source;
    const iterator = source?.[Symbol.asyncIterator]?.() ?? source?.[Symbol.iterator]?.();
    if (iterator !== undefined) return iterator;
    throw new TypeError(`stream takes a task that is a generator; ${this.#name} returned ${show(source)}`);
  }

  #keep(item: unknown): void {
    this.#room -= 1;
    this.#items.push(item);
    // An object may be another one when the generator goes on.
    if (typeof item === 'object' && item !== null) this.#send();
    else this.#expectTurn();
  }

  #expectTurn(): void {
    if (this.#isTurnAwaited) return;
    this.#isTurnAwaited = true;
    systemClock.nextTurn(() => {
      this.#isTurnAwaited = false;
      try {
        this.#send();
      } catch {
        // `pump` finds out by itself.
      }
    });
  }

  /** Sends what is there; of what cannot be sent as a whole, all up to the item that is to blame. */
  #send(): void {
    if (this.#items.length === 0) return;
    try {
      this.#post(this.#items);
      this.#items = [];
    } catch {
      for (; this.#items.length > 0; this.#items.shift()) this.#sendFirst();
    }
  }

  #sendFirst(): void {
    try {
      this.#post(this.#items.slice(0, 1));
    } catch (cause) {
      throw new TypeError(
        `an item of the task ${this.#name} cannot be copied out of its thread: ${messageOf(cause)}`,
        {
          cause,
        },
      );
    }
  }

  #post(items: readonly unknown[]): void {
    const message: FromThread = { kind: 'items', items };
    this.#port.postMessage(message, transfersOf(items) as ArrayBuffer[]); // Node checks what may be moved
  }
}
