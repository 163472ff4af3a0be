import { describe, expect, test } from 'vitest';
import { describeCause } from '../../../../src/cli/failures/cause.ts';
import { ExitError, signalIn, statusIn } from '../../../../src/cli/failures/exit-error.ts';
import { ItemError } from '../../../../src/cli/failures/item-error.ts';
import { recordedError } from '../../../../src/cli/failures/recorded-error.ts';
import { normalError } from '../../../../src/cli/journal/normal-error.ts';

describe('statusIn', () => {
  test.each([3, 137, 255])('finds %d in the message of an ExitError', (status) => {
    expect(statusIn(new ExitError(status, '').message)).toBe(status);
  });

  test('finds none in another message', () => {
    expect(statusIn('it ended with status 3')).toBeUndefined();
  });
});

describe('signalIn', () => {
  test('is that of a status above 128, if there is such a signal', () => {
    expect([0, 128, 137, 143, 255].map(signalIn)).toEqual([0, 0, 9, 15, 0]);
  });
});

describe('recordedError', () => {
  test.each([
    new TypeError('no url'),
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
    new ExitError(3, ''),
    new ItemError('ERR_ARGUMENT', 'the item has no argument 5'),
    'just text',
  ])('what comes back from a journal is grouped and worded as %s', (error) => {
    expect(describeCause(recordedError(normalError(error)))).toEqual(describeCause(error));
  });
});
