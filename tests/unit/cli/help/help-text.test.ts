import { describe, expect, test } from 'vitest';
import { parseHelp, wrapHelp } from '../../../../src/cli/help/help-text.ts';

const TEXT = `
Items:
  Each line is an item:
  a value.

  Another paragraph.
Codes:
  0     all done
  130   cancelled, by a signal
        that came twice
Examples:
  $ greenpool check.ts -a some-very-long-name.txt --to csv > out.csv
  $ greenpool x.ts`;

describe('parseHelp', () => {
  test('finds headings, paragraphs, terms and commands', () => {
    expect(parseHelp(TEXT)).toEqual([
      { kind: 'heading', text: 'Items:' },
      { kind: 'paragraph', text: 'Each line is an item: a value.' },
      { kind: 'paragraph', text: 'Another paragraph.' },
      { kind: 'heading', text: 'Codes:' },
      { kind: 'term', term: '0', text: 'all done' },
      { kind: 'term', term: '130', text: 'cancelled, by a signal that came twice' },
      { kind: 'heading', text: 'Examples:' },
      { kind: 'command', text: '$ greenpool check.ts -a some-very-long-name.txt --to csv > out.csv' },
      { kind: 'command', text: '$ greenpool x.ts' },
    ]);
  });

  test('reads what it has set itself as the same', () => {
    expect(parseHelp(wrapHelp(TEXT, 24))).toEqual(parseHelp(TEXT));
  });
});

describe('wrapHelp', () => {
  test('keeps within the width, but for commands', () => {
    expect(wrapHelp(TEXT, 24).split('\n')).toEqual([
      '',
      'Items:',
      '  Each line is an item:',
      '  a value.',
      '',
      '  Another paragraph.',
      '',
      'Codes:',
      '  0    all done',
      '  130  cancelled, by a',
      '       signal that came',
      '       twice',
      '',
      'Examples:',
      '  $ greenpool check.ts -a some-very-long-name.txt --to csv > out.csv',
      '  $ greenpool x.ts',
    ]);
  });

  test('a word wider than the width stands alone', () => {
    expect(wrapHelp('  a https://example.org/a/long/path b', 12).split('\n')).toEqual([
      '  a',
      '  https://example.org/a/long/path',
      '  b',
    ]);
  });
});
