import { HeldFiles } from '../../../src/cli/journal/held-file.ts';
import { identityOf } from '../../../src/cli/journal/identity.ts';
import type { KnownState } from '../../../src/cli/journal/item-states.ts';
import type { JournalFiles } from '../../../src/cli/journal/journal-files.ts';
import type { ItemEnd, JournalWriter } from '../../../src/cli/journal/journal-writer.ts';
import { openSession, type SessionOptions } from '../../../src/cli/journal/open-session.ts';
import type { HeldResult } from '../../../src/cli/journal/records.ts';
import type { JournalPlace } from '../../../src/cli/journal/replay.ts';
import type { Clock } from '../../../src/primitives/clock.ts';
import { nextTurn } from './crash-disk.ts';
import { type Random, upTo } from './random.ts';
import { turnClock } from './turn-clock.ts';

/** What is run, and how. */
export interface Workload {
  /**
   * `fail...` fails, `skip...` is skipped, `retry...` needs two attempts, `report...` fails and leaves something in the
   * output, `large...` is written in two pieces; anything may come twice.
   */
  readonly input: readonly string[];
  readonly size: number;
  readonly ordered: boolean;
  readonly sync: SessionOptions['sync'];
  /** When a slot is free again: then a crash makes no more than `size` items run again. */
  readonly freeSlot: 'at once' | 'when written' | 'when durable';
  /** The real one, on a real disk. */
  readonly clock?: Clock;
}

/** What the items went through in one session. */
export class Ledger {
  /** How often an item was started. */
  readonly runs: string[] = [];
  /** Items that are running, or have ended and were not acknowledged. */
  readonly unsafe: string[] = [];
  #isClosed = false;

  start(item: string): void {
    if (this.#isClosed) return;
    this.runs.push(item);
    this.unsafe.push(item);
  }

  acknowledge(item: string): void {
    if (!this.#isClosed) this.unsafe.splice(this.unsafe.indexOf(item), 1);
  }

  /** The process is dead. Its code goes on here, but does nothing that anybody would see. */
  close(): void {
    this.#isClosed = true;
  }
}

/** Where the journal and the output of a workload are. */
export const PLACE: JournalPlace = { folder: 'w/run.gpj', output: 'w/out.ndjson' };

/** One session from its opening to its close. A crash leaves it hanging. */
export async function runWorkload(
  files: JournalFiles,
  workload: Workload,
  ledger: Ledger,
  random: Random,
): Promise<void> {
  const { ordered, sync, clock = turnClock } = workload;
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => {
    failures.push(error);
  };
  const options = { ordered, sync, onFailure, clock, rotateAt: 500, now: () => 0, pid: 1 };
  const { writer, replay } = await openSession(files, PLACE, options);
  const session = new Session(files, { workload, writer, ledger, random });
  for (const [index, item] of workload.input.entries()) {
    await session.take(index + 1, item, replay.items.take(identityOf(item)));
    if (failures.length > 0) break;
  }
  await session.end();
  await writer.close({ hasWorkLeft: false });
  if (failures.length > 1) throw new Error(`${failures.length} failures were told`);
  if (failures.length > 0) throw failures[0];
}

interface SessionParts {
  readonly workload: Workload;
  readonly writer: JournalWriter;
  readonly ledger: Ledger;
  readonly random: Random;
}

/** A result of this session has its text at hand; one of an earlier session has to be read. */
type Waiting = { readonly held: HeldResult; readonly text?: string } | undefined;

class Session {
  readonly #files: JournalFiles;
  readonly #parts: SessionParts;
  readonly #running: Set<Promise<void>> = new Set();
  /** By number: results that wait for earlier ones; `undefined` for an item that has none. */
  readonly #waiting: Map<number, Waiting> = new Map();
  #next = 1;
  #releasing: Promise<void> = Promise.resolve();

  constructor(files: JournalFiles, parts: SessionParts) {
    this.#files = files;
    this.#parts = parts;
  }

  async take(n: number, item: string, known: KnownState | undefined): Promise<void> {
    if (known?.state === 'held') return this.#pass(n, { held: known.result });
    if (known !== undefined && known.state !== 'interrupted') return this.#pass(n, undefined);
    while (this.#running.size >= this.#parts.workload.size) await Promise.race(this.#running);
    if (this.#parts.writer.failure !== undefined) return;
    this.#parts.ledger.start(item);
    this.#parts.writer.start(n, identityOf(item), known?.state);
    const running: Promise<void> = this.#run(n, item).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async end(): Promise<void> {
    await Promise.all(this.#running);
    await this.#releasing;
  }

  async #run(n: number, item: string): Promise<void> {
    const { writer, random, ledger, workload } = this.#parts;
    for (let turns = upTo(12, random); turns > 0; turns -= 1) await nextTurn();
    if (item.startsWith('retry')) writer.retry(n, 2, new Error('try again'));
    const position = this.#finish(n, item);
    const isPowerSafe = workload.freeSlot === 'when durable';
    const safe = (isPowerSafe ? writer.whenDurable(position) : writer.whenWritten(position)).then(
      () => ledger.acknowledge(item),
      () => {},
    );
    if (workload.freeSlot !== 'at once') await safe;
  }

  #finish(n: number, item: string): number {
    const { writer, workload } = this.#parts;
    const [failed, skipped] = [item.startsWith('fail'), item.startsWith('skip')];
    if (failed || skipped) {
      this.#pass(n, undefined);
      return writer.end(n, endOf(item), '');
    }
    const end = item.startsWith('report') ? endOf(item) : DONE;
    const text = `${item}\n`;
    const pieces = item.startsWith('large') ? [text.slice(0, 3), text.slice(3)] : [text];
    const last = pieces.at(-1) ?? '';
    if (!workload.ordered || n === this.#next) {
      for (const piece of pieces.slice(0, -1)) writer.piece(piece);
      const position = writer.end(n, end, last);
      if (!workload.ordered) return position;
      this.#next += 1;
      this.#release();
      return position;
    }
    for (const piece of pieces.slice(0, -1)) writer.heldPiece(piece);
    const { position, held } = writer.hold(n, end, last);
    this.#pass(n, { held, text: `${item}\n` });
    return position;
  }

  #pass(n: number, waiting: Waiting): void {
    this.#waiting.set(n, waiting);
    this.#release();
  }

  // One at a time: a result that is being read back keeps its turn.
  #release(): void {
    this.#releasing = this.#releasing.then(async () => {
      while (this.#waiting.has(this.#next)) {
        const waiting = this.#waiting.get(this.#next);
        this.#waiting.delete(this.#next);
        if (waiting !== undefined) {
          const { held, text } = waiting;
          this.#parts.writer.writeHeld(held, text ?? (await this.#readBack(held)));
        }
        this.#next += 1;
      }
    });
  }

  async #readBack(held: HeldResult): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of new HeldFiles(this.#files, PLACE.folder).read(held)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }
}

const DONE = { status: 'done' } as const;

function endOf(item: string): ItemEnd {
  if (!item.startsWith('skip')) return { status: 'failed', attempts: 1, error: new TypeError(item) };
  return { status: 'skipped', reason: 'asked for it' };
}
