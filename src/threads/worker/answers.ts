import type { MessagePort } from 'node:worker_threads';
import { systemClock } from '../../primitives/clock.ts';
import { pack } from '../crossing.ts';
import { ANSWER_AFTER, type Answer, type Failure, type FromThread } from '../messages.ts';
import { transfersOf } from '../transfer.ts';

/** The answers to the calls of one message: kept for a moment, so that many go together. */
export class Answers {
  readonly #port: MessagePort;
  readonly #count: number;
  readonly #nameOf: (index: number) => string;
  #from = 0;
  #values: unknown[] = [];
  #failures: Failure[] = [];
  #spent = 0;
  #isPlain = true;
  #isTurnAwaited = false;

  /** For `count` calls. `nameOf` is the task of one, for messages. */
  constructor(port: MessagePort, count: number, nameOf: (index: number) => string) {
    this.#port = port;
    this.#count = count;
    this.#nameOf = nameOf;
  }

  /** The next call has a result, after so many milliseconds. */
  result(value: unknown, spent: number): void {
    this.#values.push(value);
    this.#isPlain &&= value === null || (typeof value !== 'object' && typeof value !== 'function');
    this.#spend(spent);
  }

  /** The next call has failed; with `undefined`, by what it was killed with. */
  failure(thrown: Failure['thrown'], spent: number): void {
    this.#failures.push({ index: this.#from + this.#values.length, thrown });
    this.#values.push(undefined);
    this.#spend(spent);
  }

  /** The next call was taken back. */
  leaveOut(): void {
    this.#values.push(undefined);
  }

  /** Nothing keeps the event loop from turning: if it does before the next call has ended, what is there goes. */
  expectTurn(): void {
    if (this.#isTurnAwaited || this.#values.length === 0) return;
    this.#isTurnAwaited = true;
    systemClock.nextTurn(() => {
      this.#isTurnAwaited = false;
      if (this.#values.length > 0) this.send(false);
    });
  }

  /** Sends what is there. */
  send(isLast: boolean): void {
    const answer: Answer = {
      kind: 'answer',
      from: this.#from,
      values: this.#values,
      failures: this.#failures.length === 0 ? undefined : this.#failures,
      spent: this.#spent,
      isPlain: this.#isPlain,
      isLast,
    };
    this.#from += answer.values.length;
    this.#values = [];
    this.#failures = [];
    this.#spent = 0;
    this.#post(answer);
  }

  #post(answer: Answer): void {
    try {
      const transfers = transfersOf(answer.values) as ArrayBuffer[]; // or whatever else may be moved: Node checks it
      this.#port.postMessage(answer satisfies FromThread, transfers);
    } catch (error) {
      if (answer.values.length > 1) this.#postEach(answer);
      else this.#port.postMessage(this.#uncopyable(answer, error));
    }
  }

  #postEach({ values, failures = [], ...answer }: Answer): void {
    values.forEach((value, offset) => {
      const from = answer.from + offset;
      const own = failures.filter(({ index }) => index === from);
      const isLast = answer.isLast && offset === values.length - 1;
      this.#post({
        ...answer,
        from,
        values: [value],
        failures: own,
        spent: answer.spent / values.length,
        isLast,
      });
    });
  }

  #uncopyable(answer: Answer, error: unknown): FromThread {
    const { from } = answer;
    const why = error instanceof Error ? error.message : String(error);
    const thrown = pack(
      new TypeError(
        `the result of the task ${this.#nameOf(from)} cannot be copied out of its thread: ${why}`,
      ),
    );
    return { ...answer, values: [undefined], failures: [{ index: from, thrown }] };
  }

  #spend(spent: number): void {
    this.#spent += spent;
    // The last answer is about to go anyway.
    const isLast = this.#from + this.#values.length === this.#count;
    if (this.#spent > ANSWER_AFTER && !isLast) this.send(false);
  }
}
