import { HeldFiles } from './held-file.ts';
import { IdentityCounts } from './identity-counts.ts';
import { ItemHistory, type ItemRow, type ItemStatus } from './item-history.ts';
import type { JournalFiles } from './journal-files.ts';
import { findOwner } from './lock.ts';
import { checkFirstLog, LOG_START, type LogPlace, measureRemainder, readLog } from './log-reader.ts';
import { type Processes, systemProcesses } from './process-identity.ts';
import type { HeldResult, JournalRecord } from './records.ts';
import type { LogCut } from './replay.ts';

/** Whether a run goes on, and how the last one ended. */
type JournalState = 'running' | 'complete' | 'stopped' | 'crashed';

/** One run or resume. */
export interface SessionRow {
  readonly session: number;
  readonly pid: number;
  /** When it began and when its last record was written, in milliseconds since 1970. */
  readonly start: number;
  readonly last: number;
  /** Stopped: it ended of its own accord and left some items. */
  readonly state: JournalState;
}

/** All that can be said of a journal without remembering every item. */
export interface JournalSurvey {
  readonly state: JournalState;
  /** The process that writes it, if one does. */
  readonly pid: number | undefined;
  readonly sessions: readonly SessionRow[];
  /** How many items came to what; of those that ended, `held` have results that are not in the output yet. */
  readonly counts: Readonly<Record<ItemStatus | 'held', number>>;
  /** What the output file has at least. */
  readonly output: number;
  readonly cut: LogCut | undefined;
  /** Held-back results that are damaged or lost: by place. Their items count as never begun. */
  readonly lost: ReadonlySet<string>;
  /** Items that had failed and have begun again since. */
  readonly rerun: IdentityCounts;
  readonly end: LogPlace;
}

type OpenSession = { -readonly [Name in keyof SessionRow]: SessionRow[Name] };

/**
 * Reads a journal, also while a run writes it, and changes nothing. Memory does not grow with what has ended and is in
 * the output: it takes a map entry for each item that runs or is held back, and 32 bytes for each that failed and ran
 * again.
 *
 * @throws {CliError} with exit code 4 if the disk refuses or records contradict each other.
 */
export async function surveyJournal(
  files: JournalFiles,
  folder: string,
  processes: Processes = systemProcesses,
): Promise<JournalSurvey> {
  await checkFirstLog(files, folder);
  const before = await findOwner(files, folder, processes);
  const surveyor = new Surveyor();
  for await (const records of readLog(files, folder)) {
    for (const { record, after } of records) surveyor.take(record, after);
  }
  // A run that has begun since may have written what was read. One that has ended since has left its end unread.
  const pid = (await findOwner(files, folder, processes)) ?? (surveyor.isEnded ? undefined : before);
  return await surveyor.finish(files, folder, pid);
}

/** What became of each item, in the order in which they ended, then what has not. `survey` is good for one call. */
export async function* readItems(
  files: JournalFiles,
  folder: string,
  { end, rerun, lost, sessions }: JournalSurvey,
): AsyncGenerator<readonly ItemRow[]> {
  const history = new ItemHistory();
  for await (const records of readLog(files, folder)) {
    const rows: ItemRow[] = [];
    for (const { record, after } of records) {
      // Written since the survey.
      if (after.number > end.number || (after.number === end.number && after.size > end.size)) break;
      const row = history.take(record);
      if (row === undefined) continue;
      const isLost = record.t === 'held' && lost.has(placeOf(record));
      // Equal items are interchangeable: the failures that come first are those that ran again.
      const isOutdated = isLost || (row.status === 'failed' && rerun.take(row.id));
      if (!isOutdated) rows.push(row);
    }
    yield rows;
  }
  yield history.unfinished({ isLive: isLive(sessions) });
}

/** How long runs were alive, all together. */
export function activeTime({ sessions }: Pick<JournalSurvey, 'sessions'>): number {
  return sessions.reduce((sum, { start, last }) => sum + last - start, 0);
}

class Surveyor {
  readonly #history = new ItemHistory();
  readonly #rerun = new IdentityCounts();
  readonly #held: Map<string, HeldResult & { readonly as: ItemStatus }> = new Map();
  readonly #ended: Record<'done' | 'failed' | 'skipped', number> = { done: 0, failed: 0, skipped: 0 };
  readonly #sessions: OpenSession[] = [];
  #output = 0;
  #end = LOG_START;

  /** Whether the last session has told that it ends. */
  get isEnded(): boolean {
    return this.#sessions.at(-1)?.state !== 'crashed';
  }

  take(record: JournalRecord, after: LogPlace): void {
    this.#end = after;
    this.#noteSession(record);
    const row = this.#history.take(record);
    if (row !== undefined) this.#count(row.status, 1);
    switch (record.t) {
      case 'start':
      case 'done':
        if (record.again !== 'failed' || record.id === undefined) break;
        this.#rerun.add(record.id);
        this.#count('failed', -1);
        break;
      case 'held': {
        const { session, at, size, sum, as = 'done' } = record;
        this.#held.set(placeOf(record), { session, at, size, sum, as });
        break;
      }
      case 'written':
        this.#held.delete(placeOf(record));
        break;
      case 'open':
      case 'sync':
        this.#output = record.output;
        break;
      default:
    }
  }

  async finish(files: JournalFiles, folder: string, pid: number | undefined): Promise<JournalSurvey> {
    const lost = await this.#findLost(new HeldFiles(files, folder));
    const last = this.#sessions.at(-1);
    // Another process than that of the last session is one that has yet to begin its own.
    if (last?.state === 'crashed' && last.pid === pid) last.state = 'running';
    const unfinished = this.#history.unfinished({ isLive: isLive(this.#sessions) });
    const running = unfinished.filter(({ status }) => status === 'running').length;
    const interrupted = unfinished.length - running;
    return {
      state: pid === undefined ? stateOf(last, interrupted) : 'running',
      pid,
      sessions: this.#sessions,
      counts: { ...this.#ended, running, interrupted, held: this.#held.size },
      output: this.#output,
      // What a living run has half written is not damaged.
      cut: pid === undefined ? await findCut(files, folder, this.#end) : undefined,
      lost,
      rerun: this.#rerun,
      end: this.#end,
    };
  }

  #noteSession(record: JournalRecord): void {
    if (record.t === 'open') {
      const { session, pid, time } = record;
      this.#sessions.push({ session, pid, start: time, last: time, state: 'crashed' });
    }
    const session = this.#sessions.at(-1);
    if (session === undefined) return;
    if ('ms' in record) session.last = session.start + record.ms;
    if (record.t === 'close') session.state = record.left ? 'stopped' : 'complete';
  }

  #count(status: ItemStatus, change: number): void {
    if (status !== 'running' && status !== 'interrupted') this.#ended[status] += change;
  }

  /** Results that wait for their turn are few, as a rule, so all are looked at. */
  async #findLost(heldFiles: HeldFiles): Promise<Set<string>> {
    const lost = new Set<string>();
    for (const [place, result] of this.#held) {
      if (await heldFiles.hasWhole(result)) continue;
      lost.add(place);
      this.#held.delete(place);
      this.#count(result.as, -1);
    }
    return lost;
  }
}

function placeOf({ session, at }: Pick<HeldResult, 'session' | 'at'>): string {
  return `${session}:${at}`;
}

/** Whether what the last session has begun goes on. */
function isLive(sessions: readonly SessionRow[]): boolean {
  return sessions.at(-1)?.state === 'running';
}

/** A journal without a session is that of a process that did not get to its first record. */
function stateOf(last: SessionRow | undefined, interrupted: number): JournalState {
  if (last?.state !== 'complete') return last?.state ?? 'crashed';
  // The last session saw to all that it was to see to: only to what had failed, say.
  return interrupted > 0 ? 'stopped' : 'complete';
}

async function findCut(files: JournalFiles, folder: string, end: LogPlace): Promise<LogCut | undefined> {
  const { ends, ...rest } = await measureRemainder(files, folder, end);
  return rest.bytes > 0 ? { ...rest, itemsLost: ends } : undefined;
}
