import { constants } from 'node:os';
import type { OutputRecord } from '../output/output-record.ts';
import { ItemError } from './item-error.ts';

const SIGNAL_BASE = 128;
const MESSAGE = 'the command ended with status ';

/** A command that ended with another status than 0, with what it had printed by then. */
export class ExitError extends ItemError {
  /** As shells tell it: 128 and the number of a signal that ended it. */
  readonly status: number;
  readonly output: OutputRecord;

  constructor(status: number, output: OutputRecord) {
    const message = `${MESSAGE}${status}${describeSignal(status)}`;
    super('ERR_EXIT', message, { kind: message });
    this.name = 'ExitError';
    this.status = status;
    this.output = output;
  }
}

/** The status in the message of an `ExitError`: all that a journal keeps of one. */
export function statusIn(message: string): number | undefined {
  if (!message.startsWith(MESSAGE)) return undefined;
  const status = Number.parseInt(message.slice(MESSAGE.length), 10);
  return Number.isNaN(status) ? undefined : status;
}

/** The number of the signal that a status tells of; 0 if it tells of none. */
export function signalIn(status: number): number {
  return describeSignal(status) === '' ? 0 : status - SIGNAL_BASE;
}

// A command that is killed by a signal and one that tells so of its own child have the same status, as in shells.
function describeSignal(status: number): string {
  const name = Object.entries(constants.signals).find(([, number]) => number + SIGNAL_BASE === status)?.[0];
  return name === undefined ? '' : ` (${name})`;
}

/** The status of a command that a signal ended, as shells tell it. */
export function statusOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]);
}
