import { typed } from '../exec/shell-words.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach the terminal
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;

/** A command as a shell reads it, on one line. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (word.search(CONTROL) < 0) return typed(word);
  // What bash, zsh and POSIX since 2024 read: in other quotes a newline would make two lines of one.
  const text = word.replace(/['\\]/g, '\\$&').replace(CONTROL, escapeControl);
  return `$'${text}'`;
}

// As bytes, since a shell does not know of characters here.
function escapeControl(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  // Octal: always three digits, so that a digit behind it is not taken for a part of it.
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
