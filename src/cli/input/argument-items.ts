import { InputLineError } from './formats.ts';
import type { Item, ItemCount, ItemSource } from './item.ts';

const SOURCE = 'argument';

/** The words after `:::` as items: text, or JSON where `--from ndjson` says so. */
export class ArgumentItems implements ItemSource {
  readonly #words: readonly string[];
  readonly #isJson: boolean;
  #given = 0;
  #isStopped = false;

  constructor(words: readonly string[], isJson: boolean) {
    this.#words = words;
    this.#isJson = isJson;
  }

  get itemsWaiting(): number {
    return this.#words.length - this.#given;
  }

  get isExhausted(): boolean {
    return this.itemsWaiting === 0;
  }

  expectedItems(): ItemCount {
    return { count: this.#words.length, isExact: true };
  }

  stop(): void {
    this.#isStopped = true;
  }

  [Symbol.asyncIterator](): AsyncIterator<Iterable<Item>> {
    const all = [this.#items()].values();
    return { next: () => Promise.resolve(all.next()) };
  }

  *#items(): Generator<Item> {
    for (const word of this.#words) {
      if (this.#isStopped) return;
      this.#given += 1;
      yield this.#item(word, this.#given);
    }
  }

  #item(word: string, id: number): Item {
    // `argument:3` is the third word after it.
    const place = { id, line: id, source: SOURCE };
    if (!this.#isJson) return { ...place, value: word, error: undefined, raw: JSON.stringify(word) };
    // A newline in JSON is as good as a space, and it would tear the line that this becomes in a file.
    const raw = word.replaceAll('\n', ' ');
    try {
      return { ...place, value: JSON.parse(word), error: undefined, raw };
    } catch {
      const error = new InputLineError('the argument is not valid JSON', { offset: 0, line: word });
      return { ...place, value: undefined, error, raw };
    }
  }
}
