import { formatCount } from '../progress/figures.ts';
import { HeldFiles } from './held-file.ts';
import { ItemStates } from './item-states.ts';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import { logPath } from './log-files.ts';
import {
  checkFirstLog,
  LOG_START,
  type LogPlace,
  measureRemainder,
  type PlacedRecord,
  readLog,
} from './log-reader.ts';
import { hasRange, type JournalRecord, type OpenRecord } from './records.ts';
import { sumOf, WindowReader } from './window-reader.ts';

/** Where a journal is, and the output file that it vouches for, if results go into one. */
export interface JournalPlace {
  readonly folder: string;
  readonly output: string | undefined;
}

/** One run or resume, as the journal saw it. */
interface PastSession {
  readonly session: number;
  readonly time: number;
  readonly pid: number;
  /** How it ended; `undefined` after a crash, and while it runs. */
  end: 'complete' | 'work left' | undefined;
}

/** The end of the log that is not trusted. */
export interface LogCut {
  readonly path: string;
  /** The first byte that is not trusted. */
  readonly at: number;
  /** In this file and the ones behind it. */
  readonly bytes: number;
  /** Items that have ended by what is written there: they run again. */
  readonly itemsLost: number;
}

/** All that a journal tells. Nothing was changed on the disk: `repairJournal` does that. */
export interface Replay {
  readonly items: ItemStates;
  /** The names of the columns that stand at the start of the output, where they do. */
  readonly columns: readonly string[] | undefined;
  readonly sessions: readonly PastSession[];
  /** The length of the output file that the trusted records cover. */
  readonly output: number;
  readonly end: LogPlace;
  readonly cut: LogCut | undefined;
  /** Held-back results that were damaged or lost: their items run again. */
  readonly heldLost: number;
}

// Records wait here for a sync record that makes looking at their results needless. Without syncs none would come.
const MOST_UNCONFIRMED = 10_000;

/**
 * Reads a journal up to the first line that cannot be trusted, and checks the results that no sync record vouches for.
 *
 * @throws {CliError} with exit code 4 if results that were on disk are missing, or records contradict each other.
 */
export async function replayJournal(files: JournalFiles, place: JournalPlace): Promise<Replay> {
  const length = await outputSize(files, place);
  await checkFirstLog(files, place.folder, length);
  const replayer = new Replayer(files, place, length);
  for await (const records of readLog(files, place.folder)) {
    for (const placed of records) await replayer.take(placed);
    if (replayer.isCut) break;
  }
  return await replayer.finish();
}

/** What a cut means, in a sentence. */
export function describeCut(cut: LogCut): string {
  return `${describeDamage(cut)} were cut off, ${describeLost(cut)} again`;
}

/** The same where nothing is cut yet. */
export function describeUncut(cut: LogCut): string {
  return `${describeDamage(cut)} do not count; on resume ${describeLost(cut)} again`;
}

function describeDamage({ path, at, bytes }: LogCut): string {
  return `${path} is damaged or torn at byte ${at}: ${formatCount(bytes)} bytes`;
}

function describeLost({ itemsLost }: LogCut): string {
  if (itemsLost === 1) return '1 item that had ended runs';
  return `${formatCount(itemsLost)} items that had ended run`;
}

class Replayer {
  readonly #files: JournalFiles;
  readonly #place: JournalPlace;
  readonly #outputSize: number;
  readonly #results: WindowReader | undefined;
  readonly #items = new ItemStates();
  readonly #sessions: PastSession[] = [];
  #unconfirmed: PlacedRecord[] = [];
  #columns: readonly string[] | undefined;
  #output = 0;
  #end: LogPlace = LOG_START;
  #isCut = false;

  constructor(files: JournalFiles, place: JournalPlace, outputSize: number) {
    this.#files = files;
    this.#place = place;
    this.#outputSize = outputSize;
    this.#results = place.output === undefined ? undefined : new WindowReader(files, place.output);
  }

  /** Whether a record was not to be trusted, and so none behind it. */
  get isCut(): boolean {
    return this.#isCut;
  }

  async take(placed: PlacedRecord): Promise<void> {
    if (this.#isCut) return;
    const { record } = placed;
    this.#unconfirmed.push(placed);
    if (record.t === 'sync' || record.t === 'open') this.#confirmUpTo(record.output, placed);
    else if (this.#unconfirmed.length >= MOST_UNCONFIRMED) await this.#confirmChecked();
  }

  async finish(): Promise<Replay> {
    if (!this.#isCut) await this.#confirmChecked();
    this.#items.interruptRunning();
    const { folder } = this.#place;
    const { ends, ...rest } = await measureRemainder(this.#files, folder, this.#end);
    return {
      items: this.#items,
      columns: this.#columns,
      sessions: this.#sessions,
      output: this.#output,
      end: this.#end,
      cut: rest.bytes > 0 ? { ...rest, itemsLost: ends } : undefined,
      heldLost: await this.#forgetLostResults(),
    };
  }

  /** Takes in what waits, up to the first result that is not known to be on disk. */
  #confirmUpTo(length: number, placed: PlacedRecord): void {
    const { output } = this.#place;
    if (output !== undefined && length > this.#outputSize) {
      const sizes = `${formatCount(this.#outputSize)} bytes instead of ${formatCount(length)}`;
      throw journalError(
        `${output} has lost results: it has ${sizes} (${this.#describe(placed)}). Put it back, or begin a new journal`,
      );
    }
    const firstOpen = this.#unconfirmed.findIndex(({ record }) => hasRange(record) && record.to > length);
    const count = firstOpen < 0 ? this.#unconfirmed.length : firstOpen;
    for (const confirmed of this.#unconfirmed.splice(0, count)) this.#apply(confirmed);
  }

  /** Takes in what waits, up to the first result that is not there. */
  async #confirmChecked(): Promise<void> {
    for (const placed of this.#unconfirmed.splice(0)) {
      this.#isCut = !(await this.#hasResult(placed.record));
      if (this.#isCut) return;
      this.#apply(placed);
    }
  }

  async #hasResult(record: JournalRecord): Promise<boolean> {
    if (!hasRange(record) || this.#results === undefined) return true;
    return (await sumOf(this.#results, record.from, record.to)) === record.sum;
  }

  #apply(placed: PlacedRecord): void {
    const { record } = placed;
    if (record.t === 'open') this.#addSession(record);
    // The sessions of the log itself: it begins with an open record.
    else if (record.t === 'close') this.#closeSession(record.left);
    else if (record.t === 'header') this.#columns = record.columns;
    const isInPlace = hasRange(record)
      ? record.from === this.#output
      : record.t !== 'open' || record.output === this.#output;
    if (!isInPlace) throw journalError(`the journal has a gap in its results at ${this.#describe(placed)}`);
    if (!this.#items.apply(record)) {
      throw journalError(`the journal contradicts itself at ${this.#describe(placed)}`);
    }
    if (hasRange(record)) this.#output = record.to;
    this.#end = placed.after;
  }

  #addSession({ session, time, pid }: OpenRecord): void {
    this.#sessions.push({ session, time, pid, end: undefined });
  }

  #closeSession(hasWorkLeft: boolean): void {
    const last = this.#sessions.at(-1);
    if (last !== undefined) last.end = hasWorkLeft ? 'work left' : 'complete';
  }

  /** Held-back results are few, so all are looked at, whether they were synced or not. */
  async #forgetLostResults(): Promise<number> {
    const held = new HeldFiles(this.#files, this.#place.folder);
    let lost = 0;
    for (const result of this.#items.heldResults) {
      if (await held.hasWhole(result)) continue;
      this.#items.forgetHeld(result);
      lost += 1;
    }
    return lost;
  }

  #describe({ after: { number, size } }: PlacedRecord): string {
    return `${logPath(this.#place.folder, number)}, in the line that ends at byte ${size}`;
  }
}

async function outputSize(files: JournalFiles, { output }: JournalPlace): Promise<number> {
  if (output === undefined) return 0;
  return (await orJournalError('read', output, files.size(output))) ?? 0;
}
