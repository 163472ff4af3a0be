import { describe, expect, test } from 'vitest';
import { quoteWords } from '../../../../src/cli/dry-run/shell-quote.ts';

describe('quoteWords', () => {
  test.each([
    [['convert', 'a-b_c.jpg', '-resize', '50%'], 'convert a-b_c.jpg -resize 50%'],
    [['echo', 'two words', ''], "echo 'two words' ''"],
    [['echo', "it's", '$HOME', '~'], "echo 'it'\\''s' '$HOME' '~'"],
    [['echo', 'a\nb\t\\'], "echo $'a\\nb\\t\\\\'"],
    [['echo', '\x1b[2J1', "'\x07"], "echo $'\\033[2J1' $'\\'\\007'"],
    // Two bytes of UTF-8: a control character too.
    [['echo', '\u009b'], "echo $'\\302\\233'"],
    [['echo', 'é'], "echo 'é'"],
  ])('%j', (words, line) => {
    expect(quoteWords(words)).toBe(line);
  });
});
