import { Readable } from 'node:stream';
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

  test.each([
    ['Map', new Map([[1, 2]])],
    ['Set', new Set([1])],
    ['Error', new Error('lost')],
    ['Error', Object.assign(new Error('lost'), { code: 'E' })],
    ['Response', new Response('text')],
    ['Promise', Promise.resolve(1)],
    ['RegExp', /a/],
    ['Array Iterator', [1].values()],
  ])('the content of the %s would be lost', (name, result) => {
    expect(() => encodeRecord(result)).toThrow(`the content of the ${name} would be lost`);
    if (!(result instanceof Error && 'code' in result)) {
      expect(() => encodeRecord({ part: [result] })).toThrow(`the content of the ${name} would be lost`);
    }
  });

  test('a stream is no result', () => {
    expect(() => encodeRecord(Readable.from([1]))).toThrow('it is a stream of values (Readable)');
  });

  test('what is empty, or tells JSON itself what it holds, is a result', () => {
    class Telling extends Error {
      toJSON() {
        return {};
      }
    }

    expect(encodeRecord({})).toBe('{}\n');
    expect(encodeRecord([{}, Object.create(null), new (class Empty {})()])).toBe('[{},{},{}]\n');
    expect(encodeRecord(new Telling('x'))).toBe('{}\n');
    expect(encodeRecord('{}')).toBe('"{}"\n');
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
