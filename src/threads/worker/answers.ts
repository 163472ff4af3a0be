import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../loader/error-facts.ts';
import { systemClock } from '../../primitives/clock.ts';
import type { Board } from '../board.ts';
import { type Crossed, pack } from '../crossing.ts';
import { ANSWER_AFTER, type Answer, type FromThread, type Outcome } from '../messages.ts';
import { transfersOf } from '../transfer.ts';

/**
 * The answers to the calls of one message. Results go on the board where they fit, and the pool is told of many at a time. What does
 * not fit is sent before the next call begins, which may keep this thread busy for ever.
 */
export class Answers {
  readonly #port: MessagePort;
  readonly #board: Board;
  readonly #nameOf: (index: number) => string;
  /** What the last call came to, when it is not on the board. */
  #outcome: Outcome | undefined = undefined;
  /** Calls that the pool has not been told of, and how long they took. */
  #count = 0;
  #spent = 0;
  #isPlain = true;
  #isTurnAwaited = false;

  /** `nameOf` is the task of a call, for messages. */
  constructor(port: MessagePort, board: Board, nameOf: (index: number) => string) {
    this.#port = port;
    this.#board = board;
    this.#nameOf = nameOf;
  }

  /** A call has a result, after so many milliseconds. */
  result(index: number, value: unknown, spent: number): void {
    this.#isPlain &&= value === null || (typeof value !== 'object' && typeof value !== 'function');
    if (!this.#board.keep(index, value)) this.#outcome = { index, value };
    this.#count += 1;
    this.#spent += spent;
  }

  /** A call has failed; with `undefined`, by what it was killed with. */
  failure(index: number, thrown: Crossed | undefined, spent: number): void {
    this.#outcome = { index, thrown };
    this.#count += 1;
    this.#spent += spent;
  }

  /** The next call, of this number, is about to begin. */
  beforeCall(index: number): void {
    if (this.#outcome !== undefined || this.#spent > ANSWER_AFTER) this.send(index);
  }

  /** The call of this number waits for something: if the event loop turns before it has ended, the pool is told of the others. */
  expectTurn(index: number): void {
    if (this.#isTurnAwaited || this.#count === 0) return;
    this.#isTurnAwaited = true;
    systemClock.nextTurn(() => {
      this.#isTurnAwaited = false;
      // Unless it was told of more since.
      if (this.#count > 0 && this.#board.isAtWork(index)) this.send(index);
    });
  }

  /** Tells the pool of all calls before this number. */
  send(upTo: number, isLast = false): void {
    const outcome = this.#outcome;
    const answer: Answer = {
      kind: 'answer',
      upTo,
      outcome,
      count: this.#count,
      spent: this.#spent,
      isPlain: this.#isPlain,
      isLast,
    };
    this.#outcome = undefined;
    this.#count = 0;
    this.#spent = 0;
    try {
      this.#post(answer, outcome);
    } catch (error) {
      this.#port.postMessage({ ...answer, outcome: outcome && this.#uncopyable(outcome.index, error) });
    }
    if (outcome !== undefined && !isLast) this.#board.answered(outcome.index);
  }

  #post(answer: Answer, outcome: Outcome | undefined): void {
    const transfers = outcome !== undefined && 'value' in outcome ? transfersOf([outcome.value]) : [];
    // What may be moved, Node checks.
    this.#port.postMessage(answer satisfies FromThread, transfers as ArrayBuffer[]);
  }

  #uncopyable(index: number, error: unknown): Outcome {
    const message = `the result of the task ${this.#nameOf(index)} cannot be copied out of its thread: ${messageOf(error)}`;
    return { index, thrown: pack(new TypeError(message)) };
  }
}
