import { describe, expect, test } from 'vitest';
import { parseChange } from '../../../../src/cli/control/parse-change.ts';
import {
  type ControlRequest,
  encode,
  parseAnswer,
  parseRequest,
  RequestError,
} from '../../../../src/cli/control/protocol.ts';
import { thrown } from '../../../support/rejection.ts';

describe('parseRequest', () => {
  test.each<ControlRequest>([
    { do: 'status' },
    { do: 'size', size: 4 },
    { do: 'rate', rate: { limit: 30, interval: 60_000, burst: 2 } },
    { do: 'rate', rate: { limit: 30, interval: 60_000 } },
    { do: 'rate', rate: null },
    { do: 'pause' },
    { do: 'resume' },
    { do: 'drain' },
    { do: 'cancel', id: 12 },
  ])('%j comes through as it is', (request) => {
    const line = encode(request);

    expect(line).toMatch(/^[^\n]+\n$/);
    expect(parseRequest(line)).toEqual(request);
  });

  test.each([
    ['', 'it is not valid JSON'],
    ['GET / HTTP/1.1', 'it is not valid JSON'],
    ['null', 'it is no object'],
    ['"pause"', 'it is no object'],
    ['{"do":"pause"}', 'it is of version undefined of the protocol, and this is 1'],
    ['{"v":2,"do":"pause"}', 'it is of version 2 of the protocol, and this is 1'],
    ['{"v":1}', 'no request is called undefined'],
    ['{"v":1,"do":"__proto__"}', 'no request is called "__proto__"'],
    ['{"v":1,"do":"size"}', 'size must be a whole number, 1 or more'],
    ['{"v":1,"do":"size","size":0}', 'size must be a whole number, 1 or more'],
    ['{"v":1,"do":"size","size":1.5}', 'size must be a whole number, 1 or more'],
    ['{"v":1,"do":"size","size":"4"}', 'size must be a whole number, 1 or more'],
    ['{"v":1,"do":"cancel","id":-1}', 'id must be a whole number, 1 or more'],
    ['{"v":1,"do":"rate"}', 'rate must be an object'],
    ['{"v":1,"do":"rate","rate":{"limit":0,"interval":1000}}', 'rate.limit must be'],
    ['{"v":1,"do":"rate","rate":{"limit":5,"interval":1000,"burst":6}}', 'rate.burst must be'],
  ])('%s is none', (line, message) => {
    const error = thrown(() => parseRequest(line));

    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
  });
});

describe('parseAnswer', () => {
  test.each([{ now: 'paused' }, { refused: 'no' }])('%j comes through as it is', (answer) => {
    expect(parseAnswer(encode(answer))).toEqual(answer);
  });

  test.each(['', '{}', '{"v":1}', '{"v":1,"now":5}', '{"v":1,"status":null}'])('%j is none', (line) => {
    expect(thrown(() => parseAnswer(line))).toBeInstanceOf(RequestError);
  });
});

describe('parseChange', () => {
  test.each([
    [['size=4'], { do: 'size', size: 4 }],
    [['rate=30/m'], { do: 'rate', rate: { limit: 30, interval: 60_000, burst: undefined } }],
    [['rate=none'], { do: 'rate', rate: null }],
    [['pause'], { do: 'pause' }],
    [['resume'], { do: 'resume' }],
    [['drain'], { do: 'drain' }],
    [['cancel', '12'], { do: 'cancel', id: 12 }],
    [['cancel=12'], { do: 'cancel', id: 12 }],
  ])('%j is read', (words, change) => {
    expect(parseChange(words)).toEqual(change);
  });

  test.each([
    [['size'], 'ctl does not know "size": it must be size=N,'],
    [['size=0'], 'size=0: It must be 1 or more.'],
    [['size=many'], 'size=many: It must be a whole number'],
    [['rate=fast'], 'rate=fast: It must be a rate'],
    [['pause', 'now'], 'ctl does not know "pause now"'],
    [['pause=1'], 'ctl does not know "pause=1"'],
    [['cancel'], 'ctl does not know "cancel"'],
    [['cancel', 'x'], 'cancel x: the number of an item is'],
    [['cancel', '0'], 'cancel 0: the number of an item is'],
    [['cancel', '1', '2'], 'cancel 1 2: the number of an item is'],
    [['stop'], 'ctl does not know "stop"'],
    [['Size=4'], 'ctl does not know "Size=4"'],
  ])('%j is refused', (words, message) => {
    expect(thrown(() => parseChange(words))).toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });
});
