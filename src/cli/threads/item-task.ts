import { formatWithOptions } from 'node:util';
import { getcurrent } from '../../core/spawn.ts';
import { defineTasks } from '../../core/task.ts';
import { findExport } from '../../loader/find-export.ts';
import { importModule } from '../../loader/import-module.ts';
import { checkedDuration } from '../../primitives/checks.ts';
import { sayNote } from '../../threads/worker/lane.ts';
import { ItemError } from '../failures/item-error.ts';
import { encodeRecord } from '../output/encode.ts';
import { type ItemContext, type ItemFunction, SkipItem } from '../run/item-context.ts';
import { checkedFraction } from '../run/running-item.ts';

/** Where the user's function is. */
export interface FunctionPlace {
  readonly path: string;
  readonly exportName: string;
  /** Whether what it prints may be coloured. */
  readonly hasColor: boolean;
  /** Whether anybody looks at what it returns. */
  readonly isResultWanted: boolean;
}

/** What of an item's context can be copied. */
export type ItemFacts = Pick<ItemContext, 'id' | 'key' | 'attempt' | 'slot'>;

/** What the function does through its context. */
export interface ItemNote {
  readonly greenpool: 'log' | 'progress' | 'throttle';
  readonly id: number;
  readonly value: string | number;
}

/** What an item came to. A result goes as the text that is written of it, since a copy of an object may have lost what makes it. */
export type ItemAnswer =
  | { readonly kind: 'text' | 'json' | 'skipped'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unfit'; readonly code: 'ERR_RESULT_NOT_JSON'; readonly message: string };

const functions = new Map<string, Promise<ItemFunction>>();

/** The tasks that `greenpool run` has in threads. */
export const itemTasks: {
  callItem(place: FunctionPlace, item: unknown, facts: ItemFacts): Promise<ItemAnswer>;
  loadItemFunction(place: FunctionPlace): Promise<void>;
} = defineTasks(import.meta.url, { callItem, loadItemFunction });

async function loadItemFunction(place: FunctionPlace): Promise<void> {
  await functionAt(place);
}

async function callItem(place: FunctionPlace, item: unknown, facts: ItemFacts): Promise<ItemAnswer> {
  const fn = await functionAt(place);
  const context = new ThreadItem(facts, place.hasColor);
  try {
    const result = await fn(item, context);
    return context.skipped ?? answer(result, place);
  } catch (error) {
    if (context.skipped !== undefined) return context.skipped;
    throw error;
  }
}

function functionAt({ path, exportName }: FunctionPlace): Promise<ItemFunction> {
  const name = `${path}#${exportName}`;
  // It was there when the run was begun; what the user exports is called as it is.
  const loading =
    functions.get(name) ?? importModule(path).then((all) => findExport(all, exportName) as ItemFunction);
  functions.set(name, loading);
  return loading;
}

function answer(result: unknown, { isResultWanted }: FunctionPlace): ItemAnswer {
  if (!isResultWanted) return { kind: 'nothing' };
  if (typeof result === 'string') return { kind: 'text', text: result };
  try {
    return { kind: 'json', text: encodeRecord(result) };
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    return { kind: 'unfit', code: 'ERR_RESULT_NOT_JSON', message: error.message };
  }
}

/** The second argument of the user's function, in a thread. */
class ThreadItem implements ItemContext {
  readonly id: number;
  readonly key: unknown;
  readonly attempt: number;
  readonly slot: number;
  readonly #hasColor: boolean;
  #skipped: ItemAnswer | undefined = undefined;

  constructor({ id, key, attempt, slot }: ItemFacts, hasColor: boolean) {
    this.id = id;
    this.key = key;
    this.attempt = attempt;
    this.slot = slot;
    this.#hasColor = hasColor;
  }

  /** That it was skipped. */
  get skipped(): ItemAnswer | undefined {
    return this.#skipped;
  }

  get signal(): AbortSignal {
    return getcurrent()?.signal ?? new AbortController().signal;
  }

  get log(): (...values: unknown[]) => void {
    return (...values) => this.#note('log', formatWithOptions({ colors: this.#hasColor }, ...values));
  }

  get progress(): (fraction: number) => void {
    return (fraction) => this.#note('progress', checkedFraction(fraction));
  }

  get throttle(): (ms: number) => void {
    return (ms) => this.#note('throttle', checkedDuration('throttle', ms));
  }

  get skip(): (reason?: string) => never {
    return (reason = 'no reason given') => {
      this.#skipped = { kind: 'skipped', text: String(reason) };
      throw new SkipItem(String(reason));
    };
  }

  #note(greenpool: ItemNote['greenpool'], value: string | number): void {
    sayNote({ greenpool, id: this.id, value } satisfies ItemNote);
  }
}
