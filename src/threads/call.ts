import type { GreenThread } from '../core/green-thread.ts';
import type { TaskAddress } from '../core/task.ts';
import { Resolvable } from '../primitives/deferred.ts';
import type { Lane } from './lane.ts';

/** What is known of one function. */
export class Task {
  readonly id: number;
  readonly address: TaskAddress;
  /** Milliseconds that a call takes, the latest ones counting most; `undefined` before the first one has ended. */
  spent: number | undefined = undefined;
  /** None of its results was an object, so far. */
  isPlain = true;

  constructor(id: number, address: TaskAddress) {
    this.id = id;
    this.address = address;
  }

  /** `count` calls took so many milliseconds together. */
  learn(spent: number, count: number, isPlain: boolean): void {
    const each = spent / count;
    const known = this.spent ?? each;
    // Quickly down, since the first calls are slow, and slowly up, since any call may have had to wait for a processor.
    this.spent = each < known ? (known + each) / 2 : known + (each - known) / 8;
    this.isPlain &&= isPlain;
  }
}

/** One call of a task, on its way to a thread and back. */
export class Call {
  readonly thread: GreenThread<unknown>;
  readonly task: Task;
  readonly args: readonly unknown[];
  /** Whose message it is in, at `index`. */
  lane: Lane | undefined = undefined;
  index = 0;
  /** Something of its arguments was moved, so that it cannot be made again. */
  isMoved = false;
  /** How often a thread that was to make it ended before it had begun. */
  misstarts = 0;
  /** Why it was killed, if it was: an array of one. */
  killed: readonly [reason: unknown] | undefined = undefined;

  #state: 'open' | 'done' | 'failed' = 'open';
  #outcome: unknown = undefined;
  /** Once somebody waits. */
  #promise: Resolvable<unknown> | undefined = undefined;

  constructor(thread: GreenThread<unknown>, task: Task, args: readonly unknown[]) {
    this.thread = thread;
    this.task = task;
    this.args = args;
  }

  /** The outcome is known. */
  get isSettled(): boolean {
    return this.#state !== 'open';
  }

  /** A task with a slot waits for the outcome. */
  get isAwaited(): boolean {
    return this.#promise !== undefined;
  }

  /** The result, or a promise of it; throws the failure. */
  take(): unknown {
    if (this.#state === 'done') return this.#outcome;
    if (this.#state === 'failed') throw this.#outcome;
    this.#promise ??= new Resolvable();
    return this.#promise.promise;
  }

  /** Only the first outcome counts; of a call that was killed, only why. */
  settle(isResult: boolean, outcome: unknown): void {
    if (this.isSettled) return;
    const isDone = isResult && this.killed === undefined;
    this.#state = isDone ? 'done' : 'failed';
    this.#outcome = this.killed === undefined ? outcome : this.killed[0];
    if (isDone) this.#promise?.resolve(this.#outcome);
    else this.#promise?.reject(this.#outcome);
  }
}
