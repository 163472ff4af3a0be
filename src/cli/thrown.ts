import { inspect } from 'node:util';
import { firstLine } from '../loader/error-facts.ts';

const UNSPEAKABLE = 'something that cannot be described';

/** One line about anything that can be thrown: `TypeError: no token`, `"text"`, `{ code: 5 }`. Never throws itself. */
export function describeThrown(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return firstLine(inspect(thrown, { depth: 0, breakLength: Infinity }));
    const message = firstLine(String(thrown.message));
    if (message === '') return `${thrown.name} without a message`;
    return thrown.name === 'Error' ? message : `${thrown.name}: ${message}`;
  } catch {
    return UNSPEAKABLE;
  }
}

/** All there is to say about anything that can be thrown, over several lines. Never throws itself. */
export function describeWithStack(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.stack ?? thrown.message) : inspect(thrown);
  } catch {
    return UNSPEAKABLE;
  }
}
