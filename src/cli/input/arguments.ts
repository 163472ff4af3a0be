import type { Item } from './item-reader.ts';
import type { ItemSource } from './item-source.ts';

const SEPARATOR = ':::';

/** The words of a command line before and after the first `:::`; without one there are no items. */
export function splitArguments(words: readonly string[]): {
  readonly command: readonly string[];
  readonly items: readonly string[] | undefined;
} {
  const at = words.indexOf(SEPARATOR);
  if (at < 0) return { command: words, items: undefined };
  return { command: words.slice(0, at), items: words.slice(at + 1) };
}

/** The items after `:::`. Each is plain text, whatever it looks like. */
export class ArgumentItems implements ItemSource {
  readonly #values: readonly string[];
  #given = 0;
  #isStopped = false;

  constructor(values: readonly string[]) {
    this.#values = values;
  }

  get linesWaiting(): number {
    return this.#values.length - this.#given;
  }

  get isExhausted(): boolean {
    return this.linesWaiting === 0;
  }

  expectedItems(): { count: number; isExact: boolean } {
    return { count: this.#values.length, isExact: true };
  }

  stop(): void {
    this.#isStopped = true;
  }

  // Asynchronous only because the items of a file are.
  // biome-ignore lint/suspicious/useAwait: see above
  async *[Symbol.asyncIterator](): AsyncIterator<Iterable<Item>> {
    if (!this.#isStopped) yield this.#items();
  }

  *#items(): Generator<Item> {
    for (const value of this.#values) {
      this.#given += 1;
      yield { id: this.#given, value, error: undefined, line: this.#given, source: 'argument' };
    }
  }
}
