import type { TaskFunction } from '../../core/executor.ts';
import type { FailureInfo } from '../../core/failures.ts';
import { GreenThread } from '../../core/green-thread.ts';
import { finish, stop } from '../../core/lifecycle.ts';
import { type Bound, poolDefaults, unbound } from '../../core/options.ts';
import { PoolCore } from '../../core/pool-core.ts';
import { RUNNING } from '../../core/thread-state.ts';
import { systemClock } from '../../primitives/clock.ts';
import { runInScope } from '../../primitives/context.ts';

/** Where the tasks of one lane run, in their thread: each as a green thread of its own, so that `getcurrent()` and kills work. */
export class TaskScope {
  readonly #bound: Bound;

  /** `onNews` gets what a killed task throws besides the reason of its kill. */
  constructor(onNews: (thrown: unknown) => void) {
    const onError = (thrown: unknown, _info: FailureInfo): void => onNews(thrown);
    const { yieldEvery } = poolDefaults;
    const size = Number.POSITIVE_INFINITY;
    const core = new PoolCore({
      size,
      name: undefined,
      onError,
      context: true,
      yieldEvery,
      clock: systemClock,
    });
    this.#bound = unbound(core);
  }

  enter(fn: TaskFunction, args: readonly unknown[]): TaskRun {
    return new TaskRun(this.#bound, fn, args);
  }
}

/**
 * One task in its thread. It has no slot here, since its pool has one for it; so it is started and ended by hand.
 */
export class TaskRun {
  readonly #thread: GreenThread<unknown>;
  readonly #fn: TaskFunction;
  readonly #args: readonly unknown[];
  readonly #begin = systemClock.now();

  constructor(bound: Bound, fn: TaskFunction, args: readonly unknown[]) {
    const thread = new GreenThread<unknown>(bound, fn, args, undefined);
    thread.attention = 'seen';
    thread.status = RUNNING;
    thread.fn = undefined;
    thread.outcome = undefined;
    this.#thread = thread;
    this.#fn = fn;
    this.#args = args;
  }

  get isKilled(): boolean {
    return this.#thread.isKilled;
  }

  /** Milliseconds since it began. */
  get spent(): number {
    return systemClock.now() - this.#begin;
  }

  /** Calls the task. */
  call(): unknown {
    // It gets what it was spawned with.
    return runInScope(this.#thread, this.#fn, this.#args as never[]);
  }

  /** Calls something else as the task. */
  run<R>(fn: () => R): R {
    return runInScope(this.#thread, fn, []);
  }

  kill(reason: unknown): void {
    stop(this.#thread, reason);
  }

  /** The task has ended so. */
  end(isResult: boolean, outcome: unknown): void {
    finish(this.#thread, isResult, outcome);
  }
}
