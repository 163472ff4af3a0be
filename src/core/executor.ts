import { show } from '../primitives/checks.ts';
import { enterScope } from '../primitives/context.ts';
import type { GreenThread } from './green-thread.ts';

/** What a task calls. `spawn` has checked the arguments against it; it may yet turn out to be no function. */
export type TaskFunction = (...args: never[]) => unknown;

/**
 * Where a task runs. What goes beyond `execute` is for executors that run a function elsewhere: there it may have begun before
 * its task has a slot here, and a kill has to be sent after it.
 */
export interface Executor {
  /** The result may be a value or a promise of one; what it throws is the failure of the task. */
  execute(thread: GreenThread<unknown>, fn: TaskFunction | undefined, args: readonly unknown[]): unknown;
  /** What stands against `fn` as a task, if anything does. */
  refuse?(fn: unknown): Error | undefined;
  /** Takes the function of a task that still waits back. False when it has begun. */
  recall?(thread: GreenThread<unknown>): boolean;
  /** The function of a task is to end, as a whole or for this attempt. What it throws is `reason` then. */
  stop?(thread: GreenThread<unknown>, reason: unknown): void;
}

/** Calls `fn` in this process. */
export function call(fn: TaskFunction | undefined, args: readonly unknown[]): unknown {
  if (typeof fn !== 'function') throw new TypeError(`a task must be a function, got ${show(fn)}`);
  // A spread costs; most tasks have one argument or none. For the casts see TaskFunction.
  if (args.length === 0) return (fn as () => unknown)();
  if (args.length === 1) return (fn as (argument: unknown) => unknown)(args[0]);
  return fn(...(args as never[]));
}

/** In this process, with the green thread as the current one. Each start has a context of its own, which this one stays in. */
export const inContext: Executor = {
  execute(thread, fn, args) {
    enterScope(thread);
    return call(fn, args);
  },
};

/** In this process, without a current green thread: for a pool with `context: false`. */
export const withoutScope: Executor = { execute: (_thread, fn, args) => call(fn, args) };

/** What is called in the place of a task that cannot be called, with the reason. */
export function fail(error: unknown): never {
  throw error;
}

/** What is called in the place of a task when a map has none: its items, as they are. */
export function tuple(...args: unknown[]): unknown[] {
  return args;
}

/** Whether `fn` is one of ours, that no user has written: it runs in this process wherever tasks run. */
export function isOurs(fn: TaskFunction): boolean {
  return fn === fail || fn === tuple;
}
