import { isThenable } from '../primitives/checks.ts';
import { warnOf } from '../primitives/warning.ts';
import type { GreenThread } from './green-thread.ts';

/** Which task a failure came from. */
export interface FailureInfo {
  /** The name of the pool, if it has one. */
  readonly pool: string | undefined;
  /** The `id` of the green thread; 0 for what no task can be blamed for. */
  readonly id: number;
  /** The name of the task, if it has one. */
  readonly name: string | undefined;
}

/** Which task `thread` is. @internal */
export function infoOf({ core, id, name }: GreenThread<unknown>): FailureInfo {
  return { pool: core.name, id, name };
}

/** What a pool does with a failure that no handle carries. */
export type OnError = (error: unknown, info: FailureInfo) => void;

interface Process {
  on?(event: 'beforeExit', listener: () => void): void;
  off?(event: 'beforeExit', listener: () => void): void;
}

// Absent in browsers, where the types of Node say otherwise.
const { process } = globalThis as { process?: Process };

/** The default `onError`: a process warning with the stack, or `console.error` where there is no process. */
export function warn(error: unknown, info: FailureInfo): void {
  const task = info.name === undefined ? `green thread ${info.id}` : `green thread ${info.id} (${info.name})`;
  const place = info.pool === undefined ? '' : ` of the pool "${info.pool}"`;
  warnOf(`${task}${place} failed and nobody looked at it`, error);
}

/** Calls `onError`. One that throws or rejects is itself reported, by a warning, and breaks nothing. */
export function report(onError: OnError, error: unknown, info: FailureInfo): void {
  const fallBack = (thrown: unknown): void => {
    warn(error, info);
    warn(thrown, info);
  };
  try {
    const result: unknown = onError(error, info);
    if (isThenable(result)) void Promise.resolve(result).then(undefined, fallBack);
  } catch (thrown) {
    fallBack(thrown);
  }
}

/** Hands an error of `thread` that nobody else will see to `onError`. @internal */
export function reportOf(thread: GreenThread<unknown>, error: unknown): void {
  report(thread.core.onError, error, infoOf(thread));
}

/** A failure that is reported unless somebody looks at it. It must not reach the handle, or that is never collected. */
export interface Unseen {
  readonly error: unknown;
  readonly info: FailureInfo;
  readonly onError: OnError;
}

const unseen = new Set<Unseen>();
const collected = new FinalizationRegistry<Unseen>(reportUnseen);

function reportUnseen(failure: Unseen): void {
  if (!unseen.delete(failure)) return;
  if (unseen.size === 0) process?.off?.('beforeExit', reportAll);
  report(failure.onError, failure.error, failure.info);
}

function reportAll(): void {
  for (const failure of [...unseen]) reportUnseen(failure);
}

/** Reports `failure` once `handle` has been collected, or when the process is about to end. */
export function reportIfUnseen(handle: object, failure: Unseen): void {
  if (unseen.size === 0) process?.on?.('beforeExit', reportAll);
  unseen.add(failure);
  collected.register(handle, failure, failure);
}

/** Somebody has looked. */
export function markSeen(failure: Unseen): void {
  if (!unseen.delete(failure)) return;
  if (unseen.size === 0) process?.off?.('beforeExit', reportAll);
  collected.unregister(failure);
}
