import { show } from '../primitives/checks.ts';
import type { TaskFunction } from './executor.ts';
import { ItemError } from './map-source.ts';

/** What a map does with its source and its items. */
export interface MapPlan {
  readonly sources: readonly unknown[];
  readonly fn: TaskFunction;
  /** Each element is an iterable of arguments. */
  readonly isSpread: boolean;
  readonly isOrdered: boolean;
}

/** The arguments of the call for one item; where there cannot be a call, the error that stands in its place. */
export function argumentsOf(item: unknown[] | ItemError, isSpread: boolean): readonly unknown[] | ItemError {
  if (!isSpread || item instanceof ItemError) return item;
  const [element] = item;
  try {
    // Any value but null and undefined may be asked for a property; one that has it is iterable.
    const iterable = element as Partial<Iterable<unknown>> | null | undefined;
    if (typeof iterable?.[Symbol.iterator] === 'function') return [...(element as Iterable<unknown>)];
  } catch (error) {
    return new ItemError(error);
  }
  return new ItemError(new TypeError(`starmap takes iterables of arguments, got ${show(element)}`));
}
