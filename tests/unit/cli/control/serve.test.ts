import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../src/cli/control/ask.ts';
import type { ControlAnswer, ControlRequest } from '../../../../src/cli/control/protocol.ts';
import { type Serving, serve } from '../../../../src/cli/control/serve.ts';
import { rejection } from '../../../support/rejection.ts';
import { FakeTicks } from '../fake-ticks.ts';

let folder = '';
let path = '';
const open: Serving[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenpool-'));
  path = join(folder, '1.sock');
});
afterEach(() => {
  for (const serving of open.splice(0)) serving.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(answer: (request: ControlRequest) => ControlAnswer = ({ do: name }) => ({ now: name })) {
  const ticks = new FakeTicks();
  open.push(await serve({ path, answer, ticks }));
  return ticks;
}

/** What comes back for bytes that are sent as they are. */
function send(bytes: string | Buffer, { isEnded = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => {
      socket.destroy();
      resolve(text);
    });
    socket.on('error', reject);
    socket.write(bytes);
    if (isEnded) socket.end();
  });
}

describe('serve', () => {
  test('answers each request on a connection of its own', async () => {
    await start();

    const ticks = new FakeTicks();
    const answers = await Promise.all([ask(path, { do: 'pause' }, ticks), ask(path, { do: 'drain' }, ticks)]);

    expect(answers).toEqual([{ now: 'pause' }, { now: 'drain' }]);
    expect(ticks.pending).toBe(0);
  });

  test.each([
    ['garbage', '\x00\xff\n', 'cannot be understood: it is not valid JSON'],
    ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'cannot be understood: it is not valid JSON'],
    ['another version', '{"v":9,"do":"pause"}\n', 'it is of version 9 of the protocol'],
    ['an endless line', 'x'.repeat(100_000), 'longer than 4096 characters'],
    ['a line that is too long', `${'x'.repeat(5000)}\n`, 'longer than 4096 characters'],
  ])('%s is answered with a refusal, and the next request is heard', async (_name, bytes, message) => {
    await start();

    const answer = await send(bytes);

    expect(JSON.parse(answer)).toEqual({ v: 1, refused: expect.stringContaining(message) });
    expect(await ask(path, { do: 'resume' }, new FakeTicks())).toEqual({ now: 'resume' });
  });

  test('a request that ends without an end of line is one', async () => {
    await start();

    expect(await send('{"v":1,"do":"pause"}', { isEnded: true })).toBe('{"v":1,"now":"pause"}\n');
  });

  test('of two requests on one connection the first is answered', async () => {
    await start();

    expect(await send('{"v":1,"do":"pause"}\n{"v":1,"do":"drain"}\n')).toBe('{"v":1,"now":"pause"}\n');
  });

  test('whoever asks nothing is sent away', async () => {
    const ticks = await start();
    const socket = connect(path);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    // One that asks afterwards has been heard: so the first one is known.
    await send('\n');

    ticks.pass(2000);

    await closed;
    expect(ticks.pending).toBe(0);
  });

  test('an answer that throws is a refusal', async () => {
    await start(() => {
      throw new Error('broken');
    });

    expect(await ask(path, { do: 'pause' }, new FakeTicks())).toEqual({
      refused: 'an error of greenpool, please report it: Error: broken',
    });
  });

  test('a socket that a dead process left is replaced', async () => {
    writeFileSync(path, '');

    await start();

    expect(await ask(path, { do: 'pause' }, new FakeTicks())).toEqual({ now: 'pause' });
  });

  test('a socket at which somebody listens is left alone', async () => {
    await start();

    expect(await rejection(start(() => ({ now: 'usurper' })))).toMatchObject({ code: 'EADDRINUSE' });

    expect(await ask(path, { do: 'pause' }, new FakeTicks())).toEqual({ now: 'pause' });
  });

  test('closing removes the socket at once', async () => {
    await start();

    for (const serving of open.splice(0)) serving.close();

    expect(existsSync(path)).toBe(false);
  });
});

describe('ask', () => {
  test('nobody is there where there is no socket, or one that nobody listens at', async () => {
    const gone = await ask(path, { do: 'status' }, new FakeTicks());
    writeFileSync(path, '');
    const dead = await ask(path, { do: 'status' }, new FakeTicks());

    expect([gone, dead]).toEqual(['nobody', 'nobody']);
  });

  test('gives up on one that does not answer', async () => {
    const ticks = new FakeTicks();
    const server = createServer(() => ticks.pass(3000)).listen(path);
    await once(server, 'listening');

    const heard = await ask(path, { do: 'status' }, ticks);
    server.close();

    expect(heard).toBe('silence');
  });

  test('gives up on an answer that is longer than any', async () => {
    await start(() => ({ now: 'x'.repeat(2_000_000) }));
    const ticks = new FakeTicks();

    expect(await ask(path, { do: 'status' }, ticks)).toBe('silence');
    expect(ticks.pending).toBe(0);
  });
});
