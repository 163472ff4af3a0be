import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LineBatch, LineSplitter } from '../../../../src/cli/input/line-splitter.ts';

const batchesOf = (chunks: readonly (string | Uint8Array)[]): LineBatch[] => {
  const splitter = new LineSplitter();
  const batches = chunks.map((chunk) => splitter.push(Buffer.from(chunk as Uint8Array)));
  return [...batches, splitter.end()].filter((batch) => batch !== undefined);
};
const linesOf = (chunks: readonly (string | Uint8Array)[]): string[] =>
  batchesOf(chunks).flatMap((batch) => [...batch.lines]);

describe('LineSplitter.push', () => {
  test('gives whole lines at once and keeps the rest', () => {
    const splitter = new LineSplitter();

    expect(splitter.push(Buffer.from('one\ntwo\nthr'))?.lines).toEqual(['one', 'two']);
    expect(splitter.push(Buffer.from('ee\n'))?.lines).toEqual(['three']);
  });

  test('gives nothing while no line is whole', () => {
    const splitter = new LineSplitter();

    expect(splitter.push(Buffer.from('a'))).toBeUndefined();
    expect(splitter.push(Buffer.from('b'))).toBeUndefined();
    expect(splitter.push(Buffer.from('c\n'))?.lines).toEqual(['abc']);
  });

  test('keeps empty lines and carriage returns', () => {
    expect(linesOf(['a\r\n\r\n\nb\n'])).toEqual(['a\r', '\r', '', 'b']);
  });

  test('decodes a character that lies across two chunks', () => {
    const bytes = Buffer.from('a€b\n');

    expect(linesOf([bytes.subarray(0, 2), bytes.subarray(2)])).toEqual(['a€b']);
  });

  test('drops a byte order mark at the start, also in pieces, and nowhere else', () => {
    const bytes = Buffer.from('\uFEFFa\n\uFEFFb\n');

    expect(linesOf([bytes])).toEqual(['a', '\uFEFFb']);
    expect(linesOf([bytes.subarray(0, 1), bytes.subarray(1)])).toEqual(['a', '\uFEFFb']);
  });

  test('cuts any text in any chunks as one split does', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '𝒳', '\n', '\r\n', ' ')).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(40)), (input, cuts) => {
        const bytes = Buffer.from(input);
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));

        const expected = input.split('\n');
        if (expected.at(-1) === '') expected.pop();

        expect(linesOf(chunks)).toEqual(expected);
      }),
    );
  });
});

describe('LineSplitter.takeLongLine', () => {
  test('tells once of a line past the limit, skips to its end and goes on', () => {
    const splitter = new LineSplitter({ limit: 5 });
    expect(splitter.push(Buffer.from('a\nlong'))?.lines).toEqual(['a']);
    expect(splitter.takeLongLine()).toBeUndefined();

    expect(splitter.push(Buffer.from('long'))).toBeUndefined();
    expect(splitter.takeLongLine()).toEqual({ line: 2, offset: 2, excerpt: 'longlong', limit: 5 });
    expect(splitter.push(Buffer.from('long'))).toBeUndefined();
    expect(splitter.takeLongLine()).toBeUndefined();
    const batch = splitter.push(Buffer.from('long\nb\nc'));

    expect([batch?.lines, batch?.firstLine, batch?.offsetOf(0)]).toEqual([['b'], 3, 19]);
    expect(splitter.end()?.lines).toEqual(['c']);
  });

  test('a long line that never ends leaves nothing for the end', () => {
    const splitter = new LineSplitter({ limit: 5 });
    splitter.push(Buffer.from('longlong'));

    expect(splitter.takeLongLine()?.line).toBe(1);
    expect(splitter.end()).toBeUndefined();
  });
});

describe('LineSplitter.end', () => {
  test('gives a last line that has no newline', () => {
    expect(linesOf(['a\nb'])).toEqual(['a', 'b']);
  });

  test('gives nothing after a newline and for no input', () => {
    expect(linesOf(['a\n'])).toEqual(['a']);
    expect(linesOf([])).toEqual([]);
  });
});

describe('LineBatch.offsetOf', () => {
  test('counts bytes, not characters, over all chunks and the byte order mark', () => {
    const [first, second] = batchesOf(['\uFEFFé\nb\n', 'cc\ndd']);

    expect([first?.offsetOf(0), first?.offsetOf(1)]).toEqual([3, 6]);
    expect(second?.offsetOf(0)).toBe(8);
  });

  test('answers in any order', () => {
    const [batch] = batchesOf(['a\nbb\nccc\n']);

    expect([2, 0, 1].map((index) => batch?.offsetOf(index))).toEqual([5, 0, 2]);
  });
});

describe('LineBatch.firstLine', () => {
  test('goes on over chunks', () => {
    expect(batchesOf(['a\nb\n', 'c\n', 'd']).map((batch) => batch.firstLine)).toEqual([1, 3, 4]);
  });
});

describe('LineBatch.isDecodable', () => {
  test('tells the line with broken bytes from its neighbours, and from a real U+FFFD', () => {
    const [batch] = batchesOf([
      Buffer.concat([Buffer.from('ok\n\uFFFD\n'), Buffer.of(0xff, 10), Buffer.from('ok\n')]),
    ]);

    expect([0, 1, 2, 3].map((index) => batch?.isDecodable(index))).toEqual([true, true, false, true]);
  });
});
