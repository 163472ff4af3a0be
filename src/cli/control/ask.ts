import { connect } from 'node:net';
import { errorCode } from '../../loader/error-facts.ts';
import type { Ticks } from '../ticks.ts';
import { type ControlAnswer, type ControlRequest, encode, parseAnswer } from './protocol.ts';

/** What came of a question: an answer; nobody who listens; or somebody who does, and says nothing that makes sense. */
export type Heard = ControlAnswer | 'nobody' | 'silence';

// A function that computes for long lets nobody answer meanwhile. Longer than that, nobody waits at a terminal.
const PATIENCE = 3_000;
const LONGEST_ANSWER = 1_000_000;

/** Asks the run that listens at `path`. */
export function ask(path: string, request: ControlRequest, ticks: Pick<Ticks, 'after'>): Promise<Heard> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    const stop = ticks.after(PATIENCE, () => leave('silence'));
    const leave = (heard: Heard): void => {
      stop();
      socket.destroy();
      resolve(heard);
    };
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(encode(request)));
    socket.on('error', (error) => {
      leave(['ECONNREFUSED', 'ENOENT'].includes(errorCode(error) ?? '') ? 'nobody' : 'silence');
    });
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.length > LONGEST_ANSWER) leave('silence');
    });
    socket.on('end', () => leave(understood(text)));
  });
}

function understood(text: string): Heard {
  try {
    return parseAnswer(text);
  } catch {
    return 'silence';
  }
}
