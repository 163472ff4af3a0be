import { describe, expect, test } from 'vitest';
import { fieldOf, parsePer } from '../../../../src/cli/limits/field.ts';
import { isReached, parseHalt } from '../../../../src/cli/limits/halt.ts';
import { parseJobs } from '../../../../src/cli/limits/jobs.ts';
import { describeRate, parseRate } from '../../../../src/cli/limits/rate.ts';
import { isOneOf, parseRetryOn } from '../../../../src/cli/limits/retry-on.ts';
import { thrown } from '../../../support/rejection.ts';

describe('a rate', () => {
  test.each([
    ['100/s', { limit: 100, interval: 1000, burst: undefined }],
    ['30/m', { limit: 30, interval: 60_000, burst: undefined }],
    ['1000/h,burst=50', { limit: 1000, interval: 3_600_000, burst: 50 }],
  ])('%s is read', (text, rate) => {
    expect(parseRate(text)).toEqual(rate);
    expect(describeRate(rate)).toBe(text);
  });

  test.each(['', '100', '0/s', '1.5/s', '1/d', '-1/s', '5/s,burst=0', '5/s,burst=6', '5/s,burst'])(
    '%j is none',
    (text) => {
      expect(thrown(() => parseRate(text))).toMatchObject({ code: 'commander.invalidArgument' });
    },
  );
});

describe('jobs', () => {
  test.each([
    ['8', 8],
    ['50%', 2],
    ['1%', 1],
    ['250%', 10],
    ['+2', 6],
    ['+0', 4],
  ])('%s of four processors are %i', (text, jobs) => {
    expect(parseJobs(text, 4)).toBe(jobs);
  });

  test.each(['', '0', '0%', '-1', '+2%', '1.5', 'all'])('%j are none', (text) => {
    expect(thrown(() => parseJobs(text, 4))).toMatchObject({ code: 'commander.invalidArgument' });
  });
});

describe('halt', () => {
  test('counts failures', () => {
    const halt = parseHalt('now,fail=3');

    expect(halt).toMatchObject({ when: 'now' });
    expect([2, 3].map((failed) => isReached(halt as never, failed, 3))).toEqual([false, true]);
  });

  test('takes a share once ten have finished', () => {
    const halt = parseHalt('soon,fail=20%');

    expect(halt).toMatchObject({ when: 'soon' });
    expect(isReached(halt as never, 9, 9)).toBe(false);
    expect(isReached(halt as never, 2, 11)).toBe(false);
    expect(isReached(halt as never, 2, 10)).toBe(true);
  });

  test('never is never', () => {
    expect(isReached(parseHalt('never'), 1000, 1000)).toBe(false);
  });

  test.each(['', 'now', 'now,fail=0', 'later,fail=1', 'now,fail=101%', 'soon,fail=x'])(
    '%j is none',
    (text) => {
      expect(thrown(() => parseHalt(text))).toMatchObject({ code: 'commander.invalidArgument' });
    },
  );
});

describe('a field', () => {
  test.each([
    [{ host: 'a' }, 'host', 'a'],
    [{ user: { id: 7 } }, 'user.id', 7],
    ['https://example.org:8080/x', 'host', 'example.org:8080'],
    [{ url: 'https://example.org/x' }, 'hostname', 'example.org'],
    [{ host: 'own', url: 'https://example.org/x' }, 'host', 'own'],
    [{ url: 'no address' }, 'host', undefined],
    ['text', 'name', undefined],
    [null, 'name', undefined],
    [{}, 'toString', undefined],
    [{ a: 1 }, 'a.b', undefined],
  ])('of %j: %s is %j', (item, path, value) => {
    expect(fieldOf(item, path)).toEqual(value);
  });

  test('has a limit of one if it is not said', () => {
    expect([parsePer('host=4'), parsePer('host'), parsePer('a=b=2')]).toEqual([
      { field: 'host', limit: 4 },
      { field: 'host', limit: 1 },
      { field: 'a=b', limit: 2 },
    ]);
  });

  test.each(['', '=4', 'host=', 'host=0', 'host=x'])('%j is none', (text) => {
    expect(thrown(() => parsePer(text))).toMatchObject({ code: 'commander.invalidArgument' });
  });
});

describe('retry-on', () => {
  const words = parseRetryOn('ECONNRESET, 503,4xx,TypeError');

  test.each([
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), true],
    [new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }), true],
    [{ status: 503 }, true],
    [{ statusCode: 429 }, true],
    [new TypeError('x'), true],
    [{ status: 500 }, false],
    [new Error('x'), false],
    ['ECONNRESET', false],
    [undefined, false],
  ])('%o: %s', (error, expected) => {
    expect(isOneOf(words, error)).toBe(expected);
  });

  test('does not stumble over an error that cannot be asked', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('asked');
        },
      },
    );

    expect(isOneOf(words, hostile)).toBe(false);
  });

  test.each(['', 'A,,B', 'A B'])('%j is no list', (text) => {
    expect(thrown(() => parseRetryOn(text))).toMatchObject({ code: 'commander.invalidArgument' });
  });
});
