import { crc32 } from 'node:zlib';
import type { CliError } from '../cli-error.ts';
import type { GroupCommit } from './group-commit.ts';
import { normalError, shortText } from './normal-error.ts';
import { type HeldResult, isEnd, type JournalRecord, type OutputRange, type Rerun } from './records.ts';

/** The session that a writer writes, and where it begins. */
export interface WriterSession {
  readonly session: number;
  readonly pid: number;
  /** The length of the output file. */
  readonly output: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Records what a run does, in the order in which it happens. Every method returns at once, with the position of its
 * record for `whenWritten` and `whenDurable`; what is not durable does not count as done.
 */
export class JournalWriter {
  readonly #commit: GroupCommit;
  readonly #session: WriterSession;
  readonly #startTime: number;
  #outputEnd: number;
  #heldEnd = 0;
  #ended = 0;

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

  /** The item begins. `n` is its number in this session; no two run under the same. */
  start(n: number, id: string, again?: Rerun): number {
    return this.#push({ t: 'start', n, ms: this.#ms(), id, ...(again !== undefined && { again }) });
  }

  /** An attempt failed, and attempt number `attempt`, from 2, begins. */
  retry(n: number, attempt: number, error: unknown): number {
    return this.#push({ t: 'retry', n, ms: this.#ms(), attempt, error: normalError(error) });
  }

  /** The item is done: appends its result, whole lines or nothing, to the output. */
  done(n: number, result: string): number {
    const range = this.#nextRange(result);
    return this.#push({ t: 'done', n, ms: this.#ms(), ...range }, { output: result });
  }

  /** The item is done, but its result has to wait for those of earlier ones. `writeHeld` puts it into the output. */
  hold(n: number, result: string): { readonly position: number; readonly held: HeldResult } {
    const size = Buffer.byteLength(result);
    const held = { session: this.#session.session, at: this.#heldEnd, size, sum: crc32(result) };
    this.#heldEnd += size;
    return { position: this.#push({ t: 'held', n, ms: this.#ms(), ...held }, { held: result }), held };
  }

  /** Appends a result that was held back, by this session or an earlier one, to the output. */
  writeHeld({ session, at }: HeldResult, result: string): number {
    const range = this.#nextRange(result);
    return this.#push({ t: 'written', session, at, ...range }, { output: result });
  }

  /** The item failed for good, in attempt number `attempt`. */
  failed(n: number, attempt: number, error: unknown): number {
    return this.#push({ t: 'failed', n, ms: this.#ms(), attempt, error: normalError(error) });
  }

  /** The function skipped the item. */
  skipped(n: number, reason: string): number {
    return this.#push({ t: 'skipped', n, ms: this.#ms(), reason: shortText(reason) });
  }

  /** Resolves when the record and its result outlive the process; rejects with the failure when they never will. */
  whenWritten(position: number): Promise<void> {
    return this.#commit.whenWritten(position);
  }

  /** Resolves when the record and its result outlive a power loss; rejects with the failure when they never will. */
  whenDurable(position: number): Promise<void> {
    return this.#commit.whenDurable(position);
  }

  /** Resolves when there is room again, and after a failure. */
  waitForRoom(): Promise<void> {
    return this.#commit.waitForRoom();
  }

  /** Ends the session: writes and syncs what is left. Never rejects: `failure` tells. */
  async close(): Promise<void> {
    this.#push({ t: 'close', ms: this.#ms() });
    await this.#commit.close();
  }

  #nextRange(result: string): OutputRange {
    const from = this.#outputEnd;
    this.#outputEnd += Buffer.byteLength(result);
    return { from, to: this.#outputEnd, sum: crc32(result) };
  }

  #push(record: JournalRecord, bytes: { output?: string; held?: string } = {}): number {
    if (isEnd(record)) this.#ended += 1;
    const extent = { output: this.#outputEnd, ended: this.#ended };
    return this.#commit.push({ record, ...bytes, extent });
  }

  #ms(): number {
    return this.#session.now() - this.#startTime;
  }
}
