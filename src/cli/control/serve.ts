import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { errorCode } from '../../loader/error-facts.ts';
import type { Ticks } from '../ticks.ts';
import {
  type ControlAnswer,
  type ControlRequest,
  encode,
  LONGEST_REQUEST,
  parseRequest,
} from './protocol.ts';

/** What answers requests, and where. */
export interface ServeParts {
  /** Of a socket, or the name of a pipe. */
  readonly path: string;
  readonly answer: (request: ControlRequest) => ControlAnswer;
  readonly ticks: Pick<Ticks, 'after'>;
}

/** A socket that is listened to. */
export interface Serving {
  close(): void;
}

// A request is one line, sent at once. Whoever takes longer has lost interest, or is no friend.
const LONGEST_VISIT = 2_000;
const MOST_VISITORS = 16;

/**
 * Listens at a path, for one request and one answer a connection. Does not keep the process alive.
 *
 * @throws what the system says; `EADDRINUSE` only if somebody who lives listens there.
 */
export async function serve(parts: ServeParts): Promise<Serving> {
  try {
    return await listen(parts);
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE' || (await isLive(parts.path))) throw error;
  }
  // Of a dead process that had our number.
  rmSync(parts.path, { force: true });
  return listen(parts);
}

function listen(parts: ServeParts): Promise<Serving> {
  const visitors = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    visitors.add(socket);
    socket.on('close', () => visitors.delete(socket));
    attend(socket, parts);
  });
  server.maxConnections = MOST_VISITORS;
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.path, () => {
      // From here on what goes wrong is one visitor less.
      server.on('error', () => {});
      resolve({ close: () => close(server, visitors) });
    });
  });
}

// Closing takes the socket out of its folder, in this very call.
function close(server: Server, visitors: ReadonlySet<Socket>): void {
  server.close();
  for (const socket of visitors) socket.destroySoon();
}

function attend(socket: Socket, { answer, ticks }: ServeParts): void {
  let text = '';
  let isAnswered = false;
  const reply = (line: string | undefined): void => {
    isAnswered = true;
    socket.end(encode(answerTo(line, answer)));
  };
  const stop = ticks.after(LONGEST_VISIT, () => socket.destroy());
  socket.unref();
  socket.setEncoding('utf8');
  socket.on('close', stop);
  // It went away. The next one will come.
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    // What comes after the request is read, or the answer might be lost with it, and thrown away.
    if (isAnswered) return;
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0 && end <= LONGEST_REQUEST) reply(text.slice(0, end));
    else if (text.length > LONGEST_REQUEST) reply(undefined);
  });
  socket.on('end', () => {
    if (!isAnswered) reply(text);
  });
}

// Whatever is sent: the run goes on.
function answerTo(line: string | undefined, answer: ServeParts['answer']): ControlAnswer {
  if (line === undefined) return { refused: `the request is longer than ${LONGEST_REQUEST} characters` };
  let request: ControlRequest;
  try {
    request = parseRequest(line);
  } catch (error) {
    return { refused: `the request cannot be understood: ${error instanceof Error ? error.message : error}` };
  }
  try {
    return answer(request);
  } catch (error) {
    return { refused: `an error of greenpool, please report it: ${error}` };
  }
}

/** Whether somebody listens at `path`. In doubt somebody does: what is taken for dead is removed. */
function isLive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? '')));
  });
}
