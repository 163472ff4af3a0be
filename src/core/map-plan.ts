import { show } from '../primitives/checks.ts';
import type { TaskFunction } from './executor.ts';
import { ItemError, type Pulled } from './map-source.ts';

/** What a map does with its source and its items. */
export interface MapPlan {
  readonly sources: readonly unknown[];
  readonly fn: TaskFunction;
  /** Each element is an iterable of arguments. */
  readonly isSpread: boolean;
  readonly isOrdered: boolean;
}

/** What one item calls. An item that cannot be called for is a call that throws. */
export function callOf(
  { fn, isSpread }: MapPlan,
  item: Exclude<Pulled, undefined>,
): [fn: TaskFunction, args: readonly unknown[]] {
  if (item instanceof ItemError) return [thrower(item.error), []];
  if (!isSpread) return [fn, item];
  try {
    // What is no iterable, or throws while it is read, fails in its own place.
    return [fn, [...(item[0] as Iterable<unknown>)]];
  } catch (error) {
    const isIterable =
      typeof (item[0] as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function';
    const wrong = new TypeError(`starmap takes iterables of arguments, got ${show(item[0])}`);
    return [thrower(isIterable ? error : wrong), []];
  }
}

function thrower(error: unknown): TaskFunction {
  return () => {
    throw error;
  };
}
