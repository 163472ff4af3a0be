import { PoolDeadlockError } from '../errors.ts';
import { currentScope } from '../primitives/context.ts';
import type { GreenThread } from './green-thread.ts';
import type { PoolCore } from './pool-core.ts';

type Thread = GreenThread<unknown>;

/**
 * What children keep of the thread that spawned them: the way up to it while it lives, and past it afterwards. They do not
 * keep the thread itself, so a handle that somebody holds on to holds neither its spawner nor the spawner's result.
 */
export interface Lineage {
  /** `undefined` once it has ended. */
  thread: Thread | undefined;
  up: Lineage | undefined;
}

/** The innermost green thread around the caller. */
export function currentThread(): Thread | undefined {
  // Only green threads are ever made the current scope, and scopes that act for one.
  return currentScope()?.acting as Thread | undefined;
}

/** What a thread that is spawned now keeps of the current one. */
export function currentLineage(): Lineage | undefined {
  const thread = currentThread();
  if (thread === undefined) return undefined;
  if (thread.hasEnded) return livingPart(thread.parent);
  const extras = thread.extra();
  extras.lineage ??= { thread, up: thread.parent };
  return extras.lineage;
}

/** The nearest thread of `lineage` that still lives. */
export function nearestLiving(lineage: Lineage | undefined): Thread | undefined {
  return livingPart(lineage)?.thread;
}

/** `thread` has ended: what it left running belongs to its nearest living ancestor. */
export function endLineage(thread: Thread): void {
  thread.parent = livingPart(thread.parent);
  const lineage = thread.extras?.lineage;
  if (lineage === undefined) return;
  lineage.thread = undefined;
  lineage.up = thread.parent;
}

/** The innermost living member of `core` that `thread` is, or runs in. */
export function memberOf(core: PoolCore, thread: Thread | undefined): Thread | undefined {
  // One between two attempts has no slot.
  return findAncestor(thread, (ancestor) => ancestor.core === core && ancestor.slot !== undefined);
}

/** Whether `thread`, or one that it runs below, holds a slot of its pool as one of a key. */
export function isBelowKey(thread: Thread): boolean {
  const { core } = thread;
  const holder = findAncestor(
    thread,
    ({ core: its, extras }) => its === core && extras?.ticket?.record?.key !== undefined,
  );
  return holder !== undefined;
}

/** Whether `thread` is `ancestor`, or was spawned below it. */
export function isWithin(thread: Thread | undefined, ancestor: Thread): boolean {
  return findAncestor(thread, (candidate) => candidate === ancestor) !== undefined;
}

/** The nearest that still lives of `thread` and those above it, and is what is looked for. */
function findAncestor(thread: Thread | undefined, isIt: (thread: Thread) => boolean): Thread | undefined {
  if (thread === undefined) return undefined;
  if (!thread.hasEnded && isIt(thread)) return thread;
  let lineage = thread.parent;
  while (lineage !== undefined) {
    const { thread: ancestor, up }: Lineage = lineage;
    // One that has ended stays until its links have run.
    if (ancestor !== undefined && !ancestor.hasEnded && isIt(ancestor)) return ancestor;
    lineage = up;
  }
  return undefined;
}

function livingPart(lineage: Lineage | undefined): Lineage | undefined {
  let living = lineage;
  while (living !== undefined && living.thread === undefined) living = living.up;
  return living;
}

/** What a task gets that waits for `thread`, which is itself or above it. */
export function waitsForItself(thread: Thread): PoolDeadlockError {
  return new PoolDeadlockError(
    `green thread ${thread.id} would wait for itself for ever; wait for it from outside the task`,
  );
}

/** Whether each admitted task has children under way, or waits for results: none is left that would end by itself. O(size). */
export function areAllWaiting({ slots, backoffs }: PoolCore): boolean {
  const admitted = slots.threads();
  const spawners = new Set([...admitted, ...backoffs].map(({ parent }) => nearestLiving(parent)));
  return admitted.every((thread) => spawners.has(thread) || thread.extras?.loan?.isAwaited);
}
