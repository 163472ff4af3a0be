import type { RateOptions } from '../../core/limits/rate.ts';
import { checkedRate } from '../../core/limits/rate.ts';

/** What both ends speak. A run may be older or newer than whoever asks it. */
const PROTOCOL_VERSION = 1;

/** The most characters of a request. */
export const LONGEST_REQUEST = 4096;

/** What is to become of a run. */
export type Change =
  | { readonly do: 'size'; readonly size: number }
  /** No rate from now on, with null: JSON has no `undefined`. */
  | { readonly do: 'rate'; readonly rate: RateOptions | null }
  | { readonly do: 'pause' | 'resume' | 'drain' }
  | { readonly do: 'cancel'; readonly id: number };

/** What a run can be asked. */
export type ControlRequest = Change | { readonly do: 'status' };

/** How a run goes. Scripts read it: fields are added, never renamed. */
export interface RunStatus {
  readonly pid: number;
  readonly command: string;
  readonly state: 'running' | 'paused' | 'draining' | 'cancelled';
  /** As ISO 8601 writes it. */
  readonly started: string;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cancelled: number;
  readonly retried: number;
  readonly running: number;
  /** Items that were read and are not running. */
  readonly waiting: number;
  readonly size: number;
  /** Items that ended, over the last seconds; null before there is enough to tell. */
  readonly perSecond: number | null;
  /** The starts that are allowed, as `--rate` has it; null for any number. */
  readonly rate: string | null;
}

/** What a run answers: what is true now, how it goes, or why it does nothing. */
export type ControlAnswer =
  | { readonly now: string }
  | { readonly status: RunStatus }
  | { readonly refused: string };

/** A request that is none. The message says why. */
export class RequestError extends Error {}

/** One line of NDJSON. */
export function encode(message: ControlRequest | ControlAnswer): string {
  return `${JSON.stringify({ v: PROTOCOL_VERSION, ...message })}\n`;
}

/** @throws {RequestError} when the line is no request that is known here. */
export function parseRequest(line: string): ControlRequest {
  const request = parseMessage(line);
  const { size, rate, id } = request;
  switch (request.do) {
    case 'size':
      return { do: 'size', size: checkedNumber('size', size) };
    case 'rate':
      return { do: 'rate', rate: rate === null ? null : checkedRateOptions(rate) };
    case 'cancel':
      return { do: 'cancel', id: checkedNumber('id', id) };
    case 'pause':
    case 'resume':
    case 'drain':
    case 'status':
      return { do: request.do };
    default:
      throw new RequestError(`no request is called ${JSON.stringify(request.do)}`);
  }
}

/** @throws {RequestError} when the line is no answer that is known here. */
export function parseAnswer(line: string): ControlAnswer {
  const { now, refused, status } = parseMessage(line);
  if (typeof now === 'string') return { now };
  if (typeof refused === 'string') return { refused };
  // The other end is a run of this very user, and of this version.
  if (typeof status === 'object' && status !== null) return { status: status as RunStatus };
  throw new RequestError('it is neither what is true now nor a refusal');
}

function parseMessage(line: string): Record<string, unknown> {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    throw new RequestError('it is not valid JSON');
  }
  if (typeof message !== 'object' || message === null) throw new RequestError('it is no object');
  const fields = message as Record<string, unknown>; // any object can be asked for any field
  if (fields.v !== PROTOCOL_VERSION) {
    const other = JSON.stringify(fields.v);
    throw new RequestError(`it is of version ${other} of the protocol, and this is ${PROTOCOL_VERSION}`);
  }
  return fields;
}

function checkedNumber(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw new RequestError(`${name} must be a whole number, 1 or more`);
}

function checkedRateOptions(rate: unknown): RateOptions {
  try {
    checkedRate('rate', rate);
  } catch (error) {
    throw new RequestError(error instanceof Error ? error.message : String(error));
  }
  const { limit, interval, burst } = rate as RateOptions; // as was checked
  return { limit, interval, burst };
}
