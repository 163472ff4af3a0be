import { printable } from '../failures/printable.ts';
import type { PerField } from '../limits/field.ts';
import { formatCount } from '../progress/figures.ts';

// Keys that are told apart. An input in which every item has another one stays small in memory.
const MOST_KEYS = 100_000;
const SHOWN = 5;
const LONGEST = 40;

/** How many items there are of each key. */
export class KeyCounts {
  readonly #counts: Map<string, number> = new Map();
  readonly #most: number;
  #without = 0;
  #untold = 0;

  constructor(most: number = MOST_KEYS) {
    this.#most = most;
  }

  add(key: unknown): void {
    if (key === undefined) {
      this.#without += 1;
      return;
    }
    const text = typeof key === 'string' ? key : JSON.stringify(key);
    const count = this.#counts.get(text);
    if (count === undefined && this.#counts.size === this.#most) this.#untold += 1;
    else this.#counts.set(text, (count ?? 0) + 1);
  }

  /** `host: 12 different, 4 at a time of each; most: a.example 40, b.example 30; 3 items have none`. */
  describe({ field, limit }: PerField): string {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a);
    const most = sorted
      .slice(0, SHOWN)
      .map(([key, count]) => `${shorten(printable(key))} ${formatCount(count)}`);
    const different = `${formatCount(sorted.length)}${this.#untold > 0 ? ' or more' : ''} different`;
    const none = this.#without === 1 ? '1 item has none' : `${formatCount(this.#without)} items have none`;
    return [
      `${printable(field)}: ${different}, ${formatCount(limit)} at a time of each`,
      ...(most.length > 0 ? [`most: ${most.join(', ')}`] : []),
      ...(this.#without > 0 ? [none] : []),
    ].join('; ');
  }
}

function shorten(key: string): string {
  return key.length <= LONGEST ? key : `${key.slice(0, LONGEST - 3)}...`;
}
