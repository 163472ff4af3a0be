import { isThenable, show } from '../primitives/checks.ts';
import { ignore } from '../primitives/deferred.ts';
import type { Crew } from './lending.ts';

/** What a map takes its items from. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

/** What the sources of a map give, side by side. */
export type Items<S extends readonly Source<unknown>[]> = {
  [K in keyof S]: S[K] extends Source<infer T> ? Awaited<T> : never;
};

/** The error of an item that stands in its place. */
export class ItemError {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** One item, as the arguments of its call; or the error that stands in its place; or `undefined` at the end. */
export type Pulled = unknown[] | ItemError | undefined;

/** What the sources have given so far, side by side. */
interface Row {
  readonly args: unknown[];
  error: ItemError | undefined;
}

interface Result {
  readonly done?: boolean | undefined;
  readonly value: unknown;
}

interface Iterating {
  next(): Result | PromiseLike<Result>;
  return?(): unknown;
}

/**
 * What a GreenMap and a GreenPile have under this name: the crews that their `next()` waits for. It also marks them as
 * iterators that go on after an error, which is an item's and not the end of the source.
 */
export const crewsOf: unique symbol = Symbol('greenpool.crews');

interface Readable {
  getReader(): { read(): Promise<Result>; cancel(): Promise<void>; releaseLock(): void };
}

/** @throws {TypeError} when `source` cannot be iterated. */
function checkedSource(source: unknown): void {
  const candidate = source as Partial<Record<symbol | 'getReader', unknown>> | null | undefined;
  const isIterable =
    typeof candidate?.[Symbol.asyncIterator] === 'function' ||
    typeof candidate?.[Symbol.iterator] === 'function' ||
    typeof candidate?.getReader === 'function';
  if (!isIterable) throw new TypeError(`a source must be iterable (sync or async), got ${show(source)}`);
}

function iterate(source: unknown): Iterating {
  // `checkedSource` has found one of these four, and the casts follow the test.
  if (isGoingOn(source)) return source as Iterating;
  if (Symbol.asyncIterator in Object(source))
    return (source as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  if (Symbol.iterator in Object(source)) return (source as Iterable<unknown>)[Symbol.iterator]();
  return readStream(source as Readable); // the only one left
}

/** Some browsers cannot iterate their own streams yet. */
function readStream(stream: Readable): Iterating {
  const reader = stream.getReader();
  return {
    async next() {
      const result = await reader.read();
      if (result.done === true) reader.releaseLock();
      return result;
    },
    return: () => reader.cancel().finally(() => reader.releaseLock()),
  };
}

/**
 * Several sources read side by side, from left to right; the shortest one ends them all and the others are closed. One
 * item is asked for at a time. Sources are opened with the first pull.
 */
export class Zip {
  readonly #sources: readonly unknown[];
  #iterators: Iterating[] | undefined;
  /** The source whose `next` has been asked and has not answered. */
  #asked: Iterating | undefined;

  constructor(sources: readonly unknown[]) {
    for (const source of sources) checkedSource(source);
    this.#sources = sources;
  }

  /** The crews that the sources themselves wait for. */
  get crews(): Crew[] {
    // Only maps and piles have the property, and it is theirs.
    return this.#sources.flatMap((source) =>
      isGoingOn(source) ? (source as { [crewsOf]: Crew[] })[crewsOf] : [],
    );
  }

  /** The next item, at once where all sources can. What a source throws is thrown, and ends them all. */
  pull(): Pulled | Promise<Pulled> {
    if (this.#sources.length === 0) return undefined;
    this.#iterators ??= this.#open();
    return this.#iterators.length === 1 ? this.#pullOne() : this.#pullFrom(0, { args: [], error: undefined });
  }

  /** Closes all that are open. Waits for them, but not for one that has yet to answer; throws the first error they throw. */
  async close(): Promise<void> {
    const iterators = this.#iterators ?? [];
    const asked = this.#asked;
    this.#iterators = [];
    const closing = iterators.map(async (iterator) => {
      const closed = iterator.return?.();
      // An async generator that has yet to answer takes its `return` only afterwards, perhaps never.
      if (iterator !== asked) await closed;
      else if (isThenable(closed)) closed.then(undefined, ignore);
    });
    const failure = (await Promise.allSettled(closing)).find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected') throw failure.reason;
  }

  #open(): Iterating[] {
    this.#iterators = [];
    try {
      for (const source of this.#sources) this.#iterators.push(iterate(source));
    } catch (error) {
      this.close().catch(ignore);
      throw error;
    }
    return this.#iterators;
  }

  /** Goes on at the source number `start` with what the sources before it gave. */
  #pullFrom(start: number, row: Row): Pulled | Promise<Pulled> {
    const iterators = this.#iterators ?? [];
    if (iterators.length === 0) return undefined;
    for (let index = start; index < iterators.length; index += 1) {
      const result = this.#ask(iterators, index);
      if (isThenable(result)) return this.#await(result, index, row);
      if (result.done === true) return this.#drop(index);
      if (isThenable(result.value)) return this.#awaitValue(result.value, index, row);
      row.args.push(result.value);
    }
    return row.error ?? row.args;
  }

  /** As `#pullFrom`, for the one source that nearly all maps have. */
  #pullOne(): Pulled | Promise<Pulled> {
    const result = this.#ask(this.#iterators as Iterating[], 0); // the caller has opened it
    if (isThenable(result)) return this.#await(result, 0, { args: [], error: undefined });
    if (result.done === true) return this.#drop(0);
    const { value } = result;
    return isThenable(value) ? this.#awaitValue(value, 0, { args: [], error: undefined }) : [value];
  }

  #ask(iterators: readonly Iterating[], index: number): Result | PromiseLike<Result> {
    try {
      const answer = (iterators[index] as Iterating).next(); // `index` lies inside the array
      return isThenable(answer) ? answer : checkedResult(answer);
    } catch (error) {
      this.#drop(index);
      throw error;
    }
  }

  async #await(answer: PromiseLike<Result>, index: number, row: Row): Promise<Pulled> {
    const iterator = this.#iterators?.[index];
    this.#asked = iterator;
    try {
      const result = await answer;
      if (typeof result !== 'object' || result === null) {
        throw new TypeError(
          `next() of a source must give an object with done and value, got ${show(result)}`,
        );
      }
      if (result.done === true) return this.#drop(index);
      row.args.push(result.value);
    } catch (error) {
      if (!isGoingOn(iterator)) {
        this.#drop(index);
        throw error;
      }
      // The other sources move on as well, or the rows after this one would be mixed up.
      row.error ??= new ItemError(error);
    } finally {
      this.#asked = undefined;
    }
    return this.#pullFrom(index + 1, row);
  }

  /** A sync source gave a promise: as `for await` does, its value is the item, and its rejection ends the source. */
  async #awaitValue(promise: PromiseLike<unknown>, index: number, row: Row): Promise<Pulled> {
    try {
      row.args.push(await promise);
    } catch (error) {
      this.close().catch(ignore);
      throw error;
    }
    return this.#pullFrom(index + 1, row);
  }

  /** The source number `index` has ended or failed and needs no closing; the others do. */
  #drop(index: number): undefined {
    this.#iterators = this.#iterators?.filter((_, at) => at !== index);
    // What they throw while closing has nobody to go to: the outcome of the whole is known already.
    this.close().catch(ignore);
    return undefined;
  }
}

function checkedResult(result: Result): Result {
  if (typeof result === 'object' && result !== null) return result;
  throw new TypeError(`next() of a source must give an object with done and value, got ${show(result)}`);
}

function isGoingOn(source: unknown): boolean {
  // Any value but null and undefined may be asked for a property.
  return (source as Partial<Record<symbol, unknown>> | null | undefined)?.[crewsOf] !== undefined;
}
