import { describe, expect, test } from 'vitest';
import { LineChain } from '../../../../src/cli/journal/line-chain.ts';

function sealed(...bodies: string[]): string[] {
  const chain = new LineChain();
  return bodies.map((body) => chain.seal(body).trimEnd());
}

describe('LineChain', () => {
  test('a sealed line is JSON with the checksum first', () => {
    const [line = ''] = sealed('{"t":"skipped","reason":"é"}');

    expect(JSON.parse(line)).toEqual({ crc: expect.any(Number), t: 'skipped', reason: 'é' });
  });

  test('lines open in the order in which they were sealed', () => {
    const chain = new LineChain();

    expect(sealed('{"n":1}', '{"n":2}').map((line) => chain.open(line))).toEqual(['{"n":1}', '{"n":2}']);
  });

  test('a chain goes on from the checksum of the last line', () => {
    const first = new LineChain();
    first.seal('{"n":1}');
    const line = new LineChain(first.last).seal('{"n":2}').trimEnd();

    expect(new LineChain(first.last).open(line)).toBe('{"n":2}');
    expect(new LineChain().open(line)).toBeUndefined();
  });

  test('every flipped bit of a line is seen', () => {
    const [line = ''] = sealed('{"t":"done","n":7}');
    const opened: string[] = [];
    for (let bit = 0; bit < line.length * 8; bit += 1) {
      const bytes = Buffer.from(line);
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      if (new LineChain().open(bytes.toString()) !== undefined) opened.push(bytes.toString());
    }

    expect(opened).toEqual([]);
  });

  test.each(['', '{}', 'crc', '{"crc":}', '{"crc":99999999999,"n":1}', '\0\0\0\0'])(
    '%j is no line',
    (text) => {
      expect(new LineChain().open(text)).toBeUndefined();
    },
  );

  test('a line that is lost or comes twice is seen', () => {
    const [one = '', two = '', three = ''] = sealed('{"n":1}', '{"n":2}', '{"n":3}');
    const open = (...lines: string[]): number => {
      const chain = new LineChain();
      return lines.findIndex((line) => chain.open(line) === undefined);
    };

    expect(open(one, three)).toBe(1);
    expect(open(one, two, two)).toBe(2);
    expect(open(two, one)).toBe(0);
  });

  test('behind a bad line the next good one is found', () => {
    const [one = '', two = ''] = sealed('{"n":1}', '{"n":2}');
    const chain = new LineChain();

    chain.skip(one.replace('"n"', '"m"'));

    expect(chain.open(two)).toBe('{"n":2}');
  });
});
