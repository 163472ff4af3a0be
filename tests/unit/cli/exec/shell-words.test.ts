import { describe, expect, test } from 'vitest';
import { commandLine } from '../../../../src/cli/exec/shell-words.ts';

describe('commandLine', () => {
  test('quotes what a shell would read something into, and nothing else', () => {
    const words = [
      'greenpool',
      '-j',
      '+2',
      'a b',
      "it's",
      '',
      '$x',
      '{.}.png',
      'https://a.b/c',
      '--per=host=4',
    ];

    expect(commandLine(words)).toBe(
      `greenpool -j +2 'a b' 'it'\\''s' '' '$x' '{.}.png' https://a.b/c --per=host=4`,
    );
  });
});
