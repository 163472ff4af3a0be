import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asItIs, chain, TaggedLines, type TextStage, WholeLines } from '../../../../src/cli/exec/lines.ts';

const pass = (stage: TextStage, pieces: readonly string[]): string[] => [
  ...pieces.map((piece) => stage.push(piece)),
  stage.end(),
];

describe('WholeLines', () => {
  test('gives whole lines, and the last one an end', () => {
    expect(pass(new WholeLines(), ['a', 'b\nc', '\n\nd\ne'])).toEqual(['', 'ab\n', 'c\n\nd\n', 'e\n']);
  });

  test('a line that is too long to be held is given in pieces', () => {
    const long = 'x'.repeat(17 * 1024 * 1024);

    expect(pass(new WholeLines(), [long, 'y\n']).map((text) => text.length)).toEqual([long.length, 2, 0]);
  });
});

describe('TaggedLines', () => {
  test('tags each line once, however it is cut', () => {
    expect(pass(new TaggedLines('$& '), ['a', 'b\n', '\nc\nd']).join('')).toBe('$& ab\n$& \n$& c\n$& d\n');
  });

  test('no output is no line', () => {
    expect(pass(new TaggedLines('t'), ['', '']).join('')).toBe('');
  });
});

test('however a text is cut into pieces, the same comes out', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('\n', 'a', '$') }));
  const stages = [
    () => asItIs,
    () => new WholeLines(),
    () => new TaggedLines('t'),
    () => chain(new WholeLines(), new TaggedLines('t')),
  ];
  fc.assert(
    fc.property(pieces, fc.constantFrom(...stages), (cut, make) => {
      expect(pass(make(), cut).join('')).toBe(pass(make(), [cut.join('')]).join(''));
    }),
  );
});
