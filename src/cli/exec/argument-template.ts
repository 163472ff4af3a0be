import { posix } from 'node:path';
import { CliError } from '../cli-error.ts';
import { ItemError } from '../failures/item-error.ts';
import { printable } from '../failures/printable.ts';

/** Where an item runs, for `{#}` and `{%}`. */
export interface ItemPosition {
  readonly id: number;
  /** From 0; people, and GNU parallel, count from 1. */
  readonly slot: number;
}

type Part = string | ((item: unknown, position: ItemPosition) => string);

// Braces with spaces, quotes, dollars and the like in them are awk, JSON or another tool's business, not a mistyped
// placeholder. Double ones are the templates of Go and mustache: `docker ps --format {{.Names}}`.
const BRACES = /\{\{[^{}]*\}\}|\{([^\s{}"'`$,:;()\\]*)\}/g;
const FIELD = /^[\p{L}_][\p{L}\p{N}_-]*$/u;
const EXTENSION = /\.[^/.]+$/;

const PLACEHOLDERS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['', textOf],
  ['.', (item) => textOf(item).replace(EXTENSION, '')],
  ['/', (item) => baseName(textOf(item))],
  ['//', (item) => posix.dirname(textOf(item))],
  ['/.', (item) => baseName(textOf(item)).replace(EXTENSION, '')],
  ['#', (_item, { id }) => String(id)],
  ['%', (_item, { slot }) => String(slot + 1)],
]);

/** The words of a command with placeholders in them, as GNU parallel has them; `{name}` is a field of the item. */
export class ArgumentTemplate {
  readonly #words: readonly (readonly Part[])[];

  /** Refuses what looks like a placeholder and is none. */
  constructor(words: readonly string[]) {
    const parsed = words.map(parseWord);
    const hasPlaceholder = parsed.some((parts) => parts.some((part) => typeof part !== 'string'));
    this.#words = hasPlaceholder ? parsed : [...parsed, [textOf]];
  }

  /** The command, if it is the same for every item. */
  get fixedCommand(): string | undefined {
    const parts = this.#words[0] ?? [];
    return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
  }

  /** The arguments for one item, the command first. Throws what the item fails of. */
  render(item: unknown, position: ItemPosition): string[] {
    return this.#words.map((parts) => {
      let word = '';
      for (const part of parts) word += typeof part === 'string' ? part : part(item, position);
      return checkedArgument(word);
    });
  }
}

/** Throws what an item fails of whose text no program can be given. */
export function checkedArgument(word: string): string {
  if (!word.includes('\0')) return word;
  throw new ItemError('ERR_ARGUMENT', 'an argument of a program cannot hold a NUL character');
}

/** An item as one argument: text as it is, everything else as JSON. */
export function textOf(item: unknown): string {
  return typeof item === 'string' ? item : JSON.stringify(item);
}

function parseWord(word: string, index: number): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of word.matchAll(BRACES)) {
    const name = match[1];
    if (name === undefined) continue;
    const part = PLACEHOLDERS.get(name) ?? (FIELD.test(name) ? fieldOf(name) : undefined);
    if (part === undefined) throw unknownPlaceholder(match[0], word, index);
    parts.push(word.slice(end, match.index), part);
    end = match.index + match[0].length;
  }
  parts.push(word.slice(end));
  return parts.filter((part) => part !== '');
}

function unknownPlaceholder(placeholder: string, word: string, index: number): CliError {
  const place = index === 0 ? 'in the command' : `in argument ${index} of the command`;
  return new CliError(
    `unknown placeholder ${placeholder} ${place} (${printable(word)}); ` +
      'known are {} {.} {/} {//} {/.} {#} {%} and {field}; --shell LINE has no placeholders',
  );
}

function fieldOf(name: string): Part {
  return (item) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item) || !Object.hasOwn(item, name)) {
      throw new ItemError('ERR_NO_FIELD', `the item has no field ${name}`);
    }
    // It has: that was the question above.
    return textOf((item as Record<string, unknown>)[name]);
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
