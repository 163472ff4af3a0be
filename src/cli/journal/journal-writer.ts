import { crc32 } from 'node:zlib';
import type { CliError } from '../cli-error.ts';
import type { GroupCommit } from './group-commit.ts';
import { journalError } from './journal-error.ts';
import { normalError, shortText } from './normal-error.ts';
import {
  type DoneRecord,
  type FailedRecord,
  type HeldRecord,
  type HeldResult,
  isEnd,
  type JournalRecord,
  type OutputRange,
  type Rerun,
  type SkippedRecord,
  type StartRecord,
} from './records.ts';
import type { TextEncoding } from './text-buffer.ts';

/** The session that a writer writes, and where it begins. */
export interface WriterSession {
  readonly session: number;
  readonly pid: number;
  /** The length of the output file. */
  readonly output: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of results. */
  readonly encoding?: TextEncoding;
}

/** An item that has begun and not ended. */
export interface Begun {
  /** Its number in this session. */
  readonly n: number;
  readonly position: number;
  readonly record: StartRecord;
}

/** How an item ended. */
export type ItemEnd =
  | { readonly status: 'done' }
  /** For good, in attempt number `attempts`; 0 if it was never called. `item` is its beginning, for people. */
  | {
      readonly status: 'failed';
      readonly attempts: number;
      readonly error: unknown;
      readonly item?: string | undefined;
    }
  | { readonly status: 'skipped'; readonly reason: string };

// No line of the log may be longer than what a reader takes for one.
const LONGEST_HEADER = 32 * 1024;

/**
 * Records what a run does, in the order in which it happens. Every method returns at once, with the position of its
 * record for `whenSettled` and `whenDurable`; what is not durable does not count as done.
 */
export class JournalWriter {
  readonly #commit: GroupCommit;
  readonly #session: WriterSession;
  readonly #startTime: number;
  #outputEnd: number;
  #heldEnd = 0;
  #ended = 0;
  /** The pieces that were written of the next result. */
  #begun = { size: 0, sum: 0 };

  constructor(commit: GroupCommit, session: WriterSession) {
    this.#commit = commit;
    this.#session = session;
    this.#outputEnd = session.output;
    this.#startTime = session.now();
    const { session: number, pid, output } = session;
    this.#push({ t: 'open', session: number, time: this.#startTime, pid, output });
  }

  /** What went wrong, if anything did. It was told to `onFailure` too. */
  get failure(): CliError | undefined {
    return this.#commit.failure;
  }

  /** Whether so much waits here that no new item should start. */
  get isFull(): boolean {
    return this.#commit.isFull;
  }

  /** How many items have ended in this session: as told here, as written, and as good as done. */
  get ended(): { readonly taken: number; readonly written: number; readonly durable: number } {
    const { written, durable } = this.#commit;
    return { taken: this.#ended, written: written.ended, durable: durable.ended };
  }

  /** The names of the columns stand in the output, ahead of all results. */
  header(columns: readonly string[], text: string): number {
    if (JSON.stringify(columns).length > LONGEST_HEADER) {
      throw journalError(`the journal takes column names of ${LONGEST_HEADER} characters at most`);
    }
    return this.#push({ t: 'header', columns, ...this.#nextRange(text) }, text);
  }

  /** The item begins, with attempt number `attempt`. `n` is its number in this session; no two run under the same. */
  start(n: number, id: string, again?: Rerun, attempt: number = 1): Begun {
    const start = { t: 'start', n, ms: this.#ms(), id } as const;
    // Most have neither.
    const isPlain = again === undefined && attempt === 1;
    const record: StartRecord = isPlain
      ? start
      : { ...start, ...(again !== undefined && { again }), ...(attempt > 1 && { attempt }) };
    return { n, position: this.#push(record), record };
  }

  /** An attempt failed, and attempt number `attempt`, from 2, begins. */
  retry(n: number, attempt: number, error: unknown): number {
    return this.#push({ t: 'retry', n, ms: this.#ms(), attempt, error: normalError(error) });
  }

  /** The item has ended: appends what it leaves, whole lines or nothing, to the output. */
  end(begun: Begun, end: ItemEnd, result: string): number {
    const { n } = begun;
    const { from, to, sum } = this.#nextRange(result);
    const ms = this.#ms();
    if (end.status === 'done') {
      const record: DoneRecord = { t: 'done', n, ms, from, to, sum };
      // If the start is not on its way yet, one record is enough.
      const isWithStart = this.#commit.tryWithdraw(begun.position);
      return this.#push(isWithStart ? withStart(record, begun.record) : record, result);
    }
    const left = to > from ? { from, to, sum } : undefined;
    if (end.status === 'skipped') return this.#push({ t: 'skipped', n, ms, ...skipOf(end), ...left }, result);
    return this.#push({ t: 'failed', n, ms, ...failureOf(end), ...left }, result);
  }

  /** The item has ended, but what it leaves has to wait for that of earlier ones. `writeHeld` puts it into the output. */
  hold({ n }: Begun, end: ItemEnd, result: string): { readonly position: number; readonly held: HeldResult } {
    const { size, sum } = this.#complete(result);
    const held = { session: this.#session.session, at: this.#heldEnd, size, sum };
    this.#heldEnd += size;
    const record = { t: 'held', n, ms: this.#ms(), ...held } as const;
    return { position: this.#push({ ...record, ...otherEnd(end) }, undefined, result), held };
  }

  /** Appends a result that was held back, by this session or an earlier one, to the output. */
  writeHeld({ session, at }: HeldResult, result: string): number {
    const range = this.#nextRange(result);
    return this.#push({ t: 'written', session, at, ...range }, result);
  }

  /** Writes a piece of the next result to the output; what ends that result has its last piece. */
  piece(text: string): void {
    this.#begun = this.#complete(text);
    this.#commit.push({ output: text });
  }

  /** The same, of a result that is to be held back. */
  heldPiece(text: string): void {
    this.#begun = this.#complete(text);
    this.#commit.push({ held: text });
  }

  /** Resolves when the record and its result outlive the process, or never will: that is told to `onFailure`. */
  whenSettled(position: number): Promise<void> {
    return this.#commit.whenSettled(position);
  }

  /** Resolves when the record and its result outlive a power loss; rejects with the failure when they never will. */
  whenDurable(position: number): Promise<void> {
    return this.#commit.whenDurable(position);
  }

  /** Resolves when there is room again, and after a failure. */
  waitForRoom(): Promise<void> {
    return this.#commit.waitForRoom();
  }

  /** Takes nothing more: a result cannot be had. It is told to `onFailure`. */
  fail(error: CliError): void {
    this.#commit.fail(error);
  }

  /** Ends the session: writes and syncs what is left. Never rejects: `failure` tells. */
  async close({ hasWorkLeft }: { readonly hasWorkLeft: boolean }): Promise<void> {
    const record = { t: 'close', ms: this.#ms() } as const;
    this.#push({ ...record, left: hasWorkLeft });
    await this.#commit.close({ ...record, left: true });
  }

  #nextRange(result: string): OutputRange {
    const from = this.#outputEnd;
    const { size, sum } = this.#complete(result);
    this.#outputEnd += size;
    return { from, to: this.#outputEnd, sum };
  }

  /** The size and sum of the result that this text is the last piece of. */
  #complete(text: string): { size: number; sum: number } {
    const { encoding = 'utf8' } = this.#session;
    const { size, sum } = this.#begun;
    this.#begun = { size: 0, sum: 0 };
    if (text === '') return { size, sum };
    const bytes = encoding === 'utf8' ? text : Buffer.from(text, encoding);
    return { size: size + Buffer.byteLength(text, encoding), sum: crc32(bytes, sum) };
  }

  #push(record: JournalRecord, output?: string, held?: string): number {
    if (isEnd(record)) this.#ended += 1;
    const extent = { output: this.#outputEnd, ended: this.#ended };
    return this.#commit.push({ record, output, held, extent });
  }

  #ms(): number {
    return this.#session.now() - this.#startTime;
  }
}

/** The same with what the start has to say. By hand where most are: it is there for every item. */
function withStart({ t, n, ms, from, to, sum }: DoneRecord, start: StartRecord): DoneRecord {
  const { id, ms: began, again, attempt } = start;
  if (again === undefined && attempt === undefined) {
    return began === ms ? { t, n, ms, from, to, sum, id } : { t, n, ms, from, to, sum, id, began };
  }
  return {
    ...{ t, n, ms, from, to, sum, id },
    ...(again !== undefined && { again }),
    ...(attempt !== undefined && { attempt }),
    ...(began !== ms && { began }),
  };
}

function failureOf({
  attempts,
  error,
  item,
}: Extract<ItemEnd, { status: 'failed' }>): Pick<FailedRecord, 'attempt' | 'error' | 'item'> {
  return {
    attempt: attempts,
    error: normalError(error),
    ...(item !== undefined && { item: shortText(item) }),
  };
}

/** What the record of a held-back result says of how its item ended, if it is not done. */
function otherEnd(end: ItemEnd): Pick<HeldRecord, 'as'> {
  if (end.status === 'done') return {};
  return { as: end.status, ...(end.status === 'failed' ? failureOf(end) : skipOf(end)) };
}

function skipOf({ reason }: Extract<ItemEnd, { status: 'skipped' }>): Pick<SkippedRecord, 'reason'> {
  return { reason: shortText(reason) };
}
