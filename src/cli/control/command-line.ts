import { typed } from '../exec/shell-words.ts';

// Of a command with thousands of items, the beginning says which one it is.
const LONGEST = 1_000;

/** A command as it could be given to a shell again, cut off where it is very long. */
export function quoteCommand(words: readonly string[]): string {
  let text = '';
  for (const word of words) {
    text += `${text === '' ? '' : ' '}${typed(word)}`;
    if (text.length > LONGEST) return `${text.slice(0, LONGEST)}...`;
  }
  return text;
}
