import { journalError } from './journal-error.ts';
import type { NormalError } from './normal-error.ts';
import {
  type DoneRecord,
  type FailedRecord,
  type HeldRecord,
  hasRange,
  type JournalRecord,
  type SkippedRecord,
  type StartRecord,
} from './records.ts';

/** What became of an item: it was interrupted if it had begun and its session ended first. */
export type ItemStatus = 'done' | 'failed' | 'skipped' | 'interrupted' | 'running';

/** What a journal tells of one item. */
export interface ItemRow {
  /** Its number in the input, as the session that ran it read it. */
  readonly n: number;
  readonly id: string;
  readonly status: ItemStatus;
  /** 0 if it was never called. */
  readonly attempts: number;
  /** When it began, the last time that it did, in milliseconds since 1970. */
  readonly start: number;
  /** How long it took with all attempts of that session, and the waits between them. */
  readonly ms: number | undefined;
  /** Of what it left in the output. */
  readonly bytes: number | undefined;
  readonly error: NormalError | undefined;
  /** Its beginning: known of what failed. */
  readonly item: string | undefined;
  readonly reason: string | undefined;
}

/** The record of how an item ended. */
type EndRecord = DoneRecord | HeldRecord | FailedRecord | SkippedRecord;

type Extras = Pick<EndRecord, 'n'> &
  Partial<Pick<FailedRecord, 'attempt' | 'error' | 'item'> & Pick<SkippedRecord, 'reason'>>;

interface Started {
  readonly n: number;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  attempts: number;
}

/**
 * Follows the records of a journal and tells of each item when it ends. It remembers what runs and what was
 * interrupted, nothing of what has ended: so it tells of an item that failed and ran again each time.
 */
export class ItemHistory {
  readonly #running: Map<number, Started> = new Map();
  readonly #interrupted: Map<string, Started[]> = new Map();
  #sessionStart = 0;

  /** Takes the next record in; what it ends, if it ends an item. */
  take(record: JournalRecord): ItemRow | undefined {
    switch (record.t) {
      case 'open':
        this.#interruptRunning();
        this.#sessionStart = record.time;
        return undefined;
      case 'start':
        this.#start(record);
        return undefined;
      case 'retry':
        this.#runningItem(record.n).attempts = record.attempt;
        return undefined;
      case 'done':
        if (record.id !== undefined) this.#start({ ...record, id: record.id, ms: record.began ?? record.ms });
        return this.#end(record);
      case 'held':
      case 'failed':
      case 'skipped':
        return this.#end(record);
      default:
        return undefined;
    }
  }

  /** What has begun and not ended. What the last session has begun runs, if that is still alive. */
  unfinished({ isLive }: { readonly isLive: boolean }): ItemRow[] {
    const running = [...this.#running.values()].map((started) =>
      unfinishedRow(started, isLive ? 'running' : 'interrupted'),
    );
    const interrupted = [...this.#interrupted.values()].flat();
    return [...interrupted.map((started) => unfinishedRow(started, 'interrupted')), ...running];
  }

  #start({ n, ms, id, again, attempt = 1 }: Omit<StartRecord, 't'>): void {
    if (again === 'interrupted') this.#takeInterrupted(id);
    this.#running.set(n, { n, id, start: this.#sessionStart + ms, attempts: attempt });
  }

  #end(record: EndRecord): ItemRow {
    const { id, start, attempts } = this.#runningItem(record.n);
    this.#running.delete(record.n);
    // What only some records have is asked of all: it is in those of held-back results too.
    const { attempt = attempts, error, item, reason }: Extras = record;
    return {
      n: record.n,
      id,
      status: statusOf(record),
      attempts: attempt,
      start,
      ms: this.#sessionStart + record.ms - start,
      bytes: sizeOf(record),
      error,
      item,
      reason,
    };
  }

  #runningItem(n: number): Started {
    const started = this.#running.get(n);
    if (started === undefined) throw contradiction(`item ${n} goes on, but never began`);
    return started;
  }

  #interruptRunning(): void {
    for (const started of this.#running.values()) {
      const others = this.#interrupted.get(started.id);
      if (others === undefined) this.#interrupted.set(started.id, [started]);
      else others.push(started);
    }
    this.#running.clear();
  }

  #takeInterrupted(id: string): void {
    const others = this.#interrupted.get(id);
    if (others?.shift() === undefined) throw contradiction(`${id} runs again, but was not interrupted`);
    if (others.length === 0) this.#interrupted.delete(id);
  }
}

function statusOf(record: EndRecord): ItemStatus {
  return record.t === 'held' ? (record.as ?? 'done') : record.t;
}

/** What does not stand in the output left nothing there. */
function sizeOf(record: EndRecord): number {
  if (record.t === 'held') return record.size;
  return hasRange(record) ? record.to - record.from : 0;
}

function unfinishedRow({ n, id, start, attempts }: Started, status: ItemStatus): ItemRow {
  const unknown = { ms: undefined, bytes: undefined, error: undefined, item: undefined, reason: undefined };
  return { n, id, status, attempts, start, ...unknown };
}

function contradiction(what: string): Error {
  return journalError(`the journal contradicts itself: ${what}`);
}
