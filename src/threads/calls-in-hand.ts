import { Board } from './board.ts';
import type { Call } from './call.ts';
import { unpack } from './crossing.ts';
import type { Answer, Outcome } from './messages.ts';

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

  #settle(outcome: Outcome): void {
    const call = this.all[outcome.index];
    if (call === undefined) return;
    if (call.killed !== undefined) call.settle(false, call.killed[0]);
    else if ('value' in outcome) call.settle(true, outcome.value);
    else if (outcome.thrown !== undefined) call.settle(false, unpack(outcome.thrown));
  }

  #read(index: number): void {
    const call = this.all[index];
    if (call === undefined || !this.board.isKept(index)) return;
    if (call.killed === undefined) call.settle(true, this.board.kept(index));
    else call.settle(false, call.killed[0]);
  }
}
