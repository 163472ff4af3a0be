import { crc32 } from 'node:zlib';
import { heldPath } from '../../../src/cli/journal/held-file.ts';
import type { ItemRow } from '../../../src/cli/journal/item-history.ts';
import { type JournalSurvey, readItems, surveyJournal } from '../../../src/cli/journal/journal-survey.ts';
import { LineChain } from '../../../src/cli/journal/line-chain.ts';
import { logPath } from '../../../src/cli/journal/log-files.ts';
import type { Processes } from '../../../src/cli/journal/process-identity.ts';
import type { JournalRecord, Rerun } from '../../../src/cli/journal/records.ts';
import { CrashDisk } from './crash-disk.ts';
import { seededRandom } from './random.ts';

/** Where a crafted journal lies. */
export const FOLDER = 'w/run.gpj';

/** A disk with a journal of these records, in one log for each list, and what is damaged behind them. */
export function craftedDisk(logs: readonly (readonly JournalRecord[])[], tail = ''): CrashDisk {
  const disk = new CrashDisk(seededRandom(1));
  const chain = new LineChain();
  for (const [index, records] of logs.entries()) {
    const lines = records.map((record) => chain.seal(JSON.stringify(record))).join('');
    const end = index === logs.length - 1 ? tail : '';
    disk.put(logPath(FOLDER, index + 1), Buffer.from(lines + end));
  }
  return disk;
}

/** Processes of which only those with these numbers live. */
export function livingProcesses(...pids: number[]): Processes {
  return {
    self: { pid: 1, birth: '' },
    canSee: () => true,
    isAlive: ({ pid }) => pids.includes(pid),
    token: () => 't',
  };
}

/** The lock of a process. */
export function putLock(disk: CrashDisk, pid: number, content = 'held 2026-01-01T00:00:00Z\n'): void {
  disk.put(`${FOLDER}/lock-${pid}-b1.5-t`, Buffer.from(content));
}

/** All that comes. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of source) all.push(value);
  return all;
}

/** What a survey and the items that follow it tell. */
export async function readJournal(
  disk: CrashDisk,
  processes: Processes = livingProcesses(),
): Promise<{ readonly survey: JournalSurvey; readonly rows: readonly ItemRow[] }> {
  const survey = await surveyJournal(disk, FOLDER, processes);
  const rows = (await collect(readItems(disk, FOLDER, survey))).flat();
  return { survey, rows };
}

export const open = (session: number, time: number, pid = 7): JournalRecord => ({
  ...{ t: 'open', session, time, pid, output: 0 },
});

/** An item with a key begins. */
export const start = (n: number, key: string, ms = 0, again?: Rerun, attempt?: number): JournalRecord => ({
  ...{ t: 'start', n, ms, id: `=${JSON.stringify(key)}` },
  ...(again !== undefined && { again }),
  ...(attempt !== undefined && { attempt }),
});

export const retry = (n: number, ms: number, attempt: number): JournalRecord => ({
  ...{ t: 'retry', n, ms, attempt, error: { name: 'Error', message: 'not yet' } },
});

export const done = (n: number, ms: number, bytes = 0): JournalRecord => ({
  ...{ t: 'done', n, ms, from: 0, to: bytes, sum: 0 },
});

export const failed = (n: number, ms: number, message = 'no', code?: string): JournalRecord => ({
  ...{ t: 'failed', n, ms, attempt: 1, item: `"item ${n}"` },
  error: { name: 'Error', ...(code !== undefined && { code }), message },
});

export const skipped = (n: number, ms: number, reason = 'cached'): JournalRecord => ({
  ...{ t: 'skipped', n, ms, reason },
});

export const close = (ms: number, left = false): JournalRecord => ({ t: 'close', ms, left });

/** An item ends while its result, which is put on the disk too, waits for its turn. */
export function held(
  n: number,
  ms: number,
  at: number,
  as?: 'failed' | 'skipped',
): Extract<JournalRecord, { t: 'held' }> {
  const sum = crc32(resultAt(at));
  return { t: 'held', n, ms, session: 1, at, size: 4, sum, ...(as !== undefined && { as }) };
}

/** Puts the first held-back results of session 1 on a disk. */
export function putHeld(disk: CrashDisk, count: number): void {
  const results = Array.from({ length: count }, (_, index) => resultAt(index * 4));
  disk.put(heldPath(FOLDER, 1), Buffer.from(results.join('')));
}

export const written = (at: number): JournalRecord => ({
  ...{ t: 'written', session: 1, at, from: 0, to: 4, sum: 0 },
});

function resultAt(at: number): string {
  return `r${at}`.padEnd(3).concat('\n');
}
