import { Board } from './board.ts';
import type { Call } from './call.ts';
import { unpack } from './crossing.ts';
import { lost } from './lost.ts';
import type { Answer, Outcome } from './messages.ts';

/** How a thread came to its end. */
export interface ThreadEnd {
  readonly error: unknown;
  readonly exitCode: number | undefined;
  /** It came as far as our code. */
  readonly hasStarted: boolean;
  /** We have ended it, for a call that was killed. */
  readonly isOurs: boolean;
}

/** The calls of one message, from the moment it is sent until all of them are over: what is known of each, and what it came to. */
export class CallsInHand {
  readonly board: Board = new Board();
  all: readonly Call[] = [];
  /** How many of them are over, from the first one on. */
  answered = 0;

  /** Those that are not known to be over. */
  get open(): readonly Call[] {
    return this.all.slice(this.answered);
  }

  take(calls: readonly Call[]): void {
    calls.forEach((call, index) => {
      call.index = index;
    });
    this.board.set(calls.length);
    this.all = calls;
    this.answered = 0;
  }

  /** Nothing was sent. */
  drop(): void {
    this.all = [];
    this.answered = 0;
  }

  /** What the thread has said. */
  hear({ upTo, outcome, count, spent, isPlain }: Answer): void {
    const first = this.all[this.answered];
    if (first !== undefined && count > 0) first.task.learn(spent, count, isPlain);
    if (outcome !== undefined) this.#settle(outcome);
    for (let index = this.answered; index < upTo; index += 1) this.#read(index);
    this.answered = Math.max(this.answered, upTo);
  }

  /** What stands on the board and was not said. Gives the first call that is not over. */
  look(): Call | undefined {
    while (this.answered < this.all.length && this.board.isOver(this.answered)) {
      this.#read(this.answered);
      this.answered += 1;
    }
    return this.all[this.answered];
  }

  /** Their thread has ended. Gives those that have to be made again. */
  lose(end: ThreadEnd): Call[] {
    this.look();
    return this.open.filter((call) => !this.#settleLost(call, end));
  }

  #settleLost(call: Call, { error, exitCode, hasStarted, isOurs }: ThreadEnd): boolean {
    if (call.isSettled || this.board.isTakenBack(call.index)) return true;
    if (!hasStarted) call.misstarts += 1;
    // Not by a look: the end may have been announced before the thread has stopped.
    const isInnocent = this.board.takeBack(call.index) || isOurs;
    const isToBeMade = isInnocent && call.killed === undefined && !call.isMoved && call.misstarts < 2;
    if (!isToBeMade) call.settle(false, lost(call, error, exitCode));
    return call.isSettled;
  }

  #settle(outcome: Outcome): void {
    const call = this.all[outcome.index];
    if (call === undefined) return;
    if ('value' in outcome) call.settle(true, outcome.value);
    else call.settle(false, outcome.thrown && unpack(outcome.thrown));
  }

  #read(index: number): void {
    if (this.board.isKept(index)) this.all[index]?.settle(true, this.board.kept(index));
  }
}
