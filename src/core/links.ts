import { isThenable } from '../primitives/checks.ts';
import { bindContext } from '../primitives/context.ts';
import type { TaskFunction } from './executor.ts';
import { reportOf } from './failures.ts';
import type { GreenThread } from './green-thread.ts';

/** A function to be called at the end of a thread. */
export interface Link {
  readonly fn: (...args: never[]) => unknown;
  readonly args: unknown[];
  readonly call: (thread: GreenThread<unknown>) => void;
}

/** A link that calls `fn(thread, ...args)` in the context of this moment, whoever ends the thread. */
export function makeLink(fn: TaskFunction, args: unknown[]): Link {
  // `link` has checked `args` against `fn`, and is called with the thread that it was made on.
  const bare = fn as (...args: unknown[]) => unknown;
  return { fn, args, call: bindContext((thread) => callLink(thread, bare, args)) };
}

/** Whether `link` was made with `fn` and `args`, or, when there are none, with `fn`. */
export function isLink(link: Link, fn: unknown, args: readonly unknown[]): boolean {
  return link.fn === fn && (args.length === 0 || isSame(link.args, args));
}

function callLink(thread: GreenThread<unknown>, fn: (...args: unknown[]) => unknown, args: unknown[]): void {
  try {
    const result = fn(thread, ...args);
    if (!isThenable(result)) return;
    Promise.resolve(result).then(undefined, (error) => reportOf(thread, error));
  } catch (error) {
    reportOf(thread, error);
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
