import { CliError } from '../cli-error.ts';

const SEPARATOR = ':::';

/** The words of a command line: what it says, and after `:::` the items. */
export interface SplitArguments {
  readonly words: readonly string[];
  /** `undefined` where there is no `:::`. */
  readonly items: readonly string[] | undefined;
}

/** Takes the items after `:::` away, before anything parses the words: items may look like options. */
export function splitArguments(words: readonly string[]): SplitArguments {
  const at = words.indexOf(SEPARATOR);
  if (at < 0) return { words, items: undefined };
  const items = words.slice(at + 1);
  // GNU parallel runs all combinations of several lists. Taking the second ::: for an item would do something else
  // without a word.
  if (items.includes(SEPARATOR)) throw new CliError('::: can be given only once');
  return { words: words.slice(0, at), items };
}
