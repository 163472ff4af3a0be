import { describe, expect, test } from 'vitest';
import { encodeRecord } from '../../../../src/cli/output/encode.ts';

describe('encodeRecord', () => {
  test('a result is one line of JSON', () => {
    expect(encodeRecord({ text: 'a\nb' })).toBe('{"text":"a\\nb"}\n');
  });

  test('undefined is null', () => {
    expect(encodeRecord(undefined)).toBe('null\n');
  });

  test('what JSON cannot hold is an error that says why', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;

    expect(() => encodeRecord(cycle)).toThrow('the result cannot be written as JSON: it refers to itself');
    expect(() => encodeRecord({ n: 1n })).toThrow('it holds a BigInt');
    expect(() => encodeRecord(() => 1)).toThrow('it is a function');
  });

  test('a toJSON that throws keeps its own words', () => {
    const result = {
      toJSON() {
        throw new Error('not yet');
      },
    };

    expect(() => encodeRecord(result)).toThrow('the result cannot be written as JSON: not yet');
  });
});
