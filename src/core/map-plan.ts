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
  const [element] = item;
  try {
    // Any value but null and undefined may be asked for a property; one that has it is iterable.
    const iterable = element as Partial<Iterable<unknown>> | null | undefined;
    if (typeof iterable?.[Symbol.iterator] === 'function') return [fn, [...(element as Iterable<unknown>)]];
  } catch (error) {
    return [thrower(error), []];
  }
  return [thrower(new TypeError(`starmap takes iterables of arguments, got ${show(element)}`)), []];
}

function thrower(error: unknown): TaskFunction {
  return () => {
    throw error;
  };
}
