import type { ItemPosition } from '../exec/argument-template.ts';
import type { Preview } from './preview.ts';
import { quoteWords } from './shell-quote.ts';

/** Shows the first commands as a shell reads them. */
export function commandPreview(wordsFor: (item: unknown, position: ItemPosition) => string[]): Preview {
  return {
    what: 'the first commands',
    shown: 3,
    lineFor(item, position) {
      const words = wordsFor(item, position);
      return () => quoteWords(words);
    },
  };
}
