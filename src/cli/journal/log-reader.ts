import { formatCount } from '../progress/figures.ts';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import { LineChain } from './line-chain.ts';
import { listLogs, logPath } from './log-files.ts';
import { isEnd, type JournalRecord } from './records.ts';

/** A place between two lines of the log, and the checksum of the line before it. */
export interface LogPlace {
  readonly number: number;
  readonly size: number;
  readonly chain: number;
}

/** A record, and the place behind it. */
export interface PlacedRecord {
  readonly record: JournalRecord;
  readonly after: LogPlace;
}

/** What lies in the logs behind a place. */
export interface Remainder {
  /** The file that it begins in, and where: the next one, if the place is at the end of its own. */
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
  /** Records of how an item ended, as far as they can be read. */
  readonly ends: number;
}

interface Line {
  /** Without its newline; `undefined` if it has none, or is endless. */
  readonly text: string | undefined;
  readonly end: number;
}

const NEWLINE = 10;
const CHUNK = 1024 * 1024;
// All texts in a record are cut short, so a longer line is none of ours: a hole full of zeros, say.
const LONGEST_LINE = 64 * 1024;

/** Where a journal begins. */
export const LOG_START: LogPlace = { number: 1, size: 0, chain: 0 };

/**
 * Refuses a journal without its first log, where there are others, or an output that is not empty. To read it as an empty
 * one would be to cut all that is in it.
 */
export async function checkFirstLog(
  files: JournalFiles,
  folder: string,
  outputSize: number = 0,
): Promise<void> {
  const [first] = await orJournalError('read', folder, listLogs(files, folder));
  if (first === LOG_START.number || (first === undefined && outputSize === 0)) return;
  const results = outputSize > 0 ? `, and with it what ${formatCount(outputSize)} bytes of output are` : '';
  // That is not for a program to decide.
  throw journalError(
    `${logPath(folder, LOG_START.number)} is missing${results}. Put it back, or begin a new journal`,
  );
}

/**
 * The records of a journal, up to the first line that is torn, damaged or not the next one. They come many at a time:
 * waiting for each would take longer than reading it.
 */
export async function* readLog(files: JournalFiles, folder: string): AsyncGenerator<readonly PlacedRecord[]> {
  const chain = new LineChain();
  for (const number of await listLogs(files, folder)) {
    for await (const lines of readLines(files, logPath(folder, number), 0)) {
      const records: PlacedRecord[] = [];
      for (const { text, end } of lines) {
        const body = text === undefined ? undefined : chain.open(text);
        if (body === undefined) {
          yield records;
          return;
        }
        // The checksum proves that greenpool wrote it, and meta.json in which format.
        const record = JSON.parse(body) as JournalRecord;
        records.push({ record, after: { number, size: end, chain: chain.last } });
      }
      yield records;
    }
  }
}

/** Looks at what is behind a place: what a cut there would take away. */
export async function measureRemainder(
  files: JournalFiles,
  folder: string,
  place: LogPlace,
): Promise<Remainder> {
  const chain = new LineChain(place.chain);
  let first = { path: logPath(folder, place.number), at: place.size };
  let bytes = 0;
  let ends = 0;
  for (const number of await listLogs(files, folder)) {
    if (number < place.number) continue;
    const path = logPath(folder, number);
    const from = number === place.number ? place.size : 0;
    const size = Math.max(0, ((await files.size(path)) ?? 0) - from);
    if (bytes === 0 && size > 0) first = { path, at: from };
    bytes += size;
    for await (const lines of readLines(files, path, from)) {
      for (const { text = '' } of lines) {
        const body = chain.open(text);
        // Behind a bad line the next good one is told by what the bad one claims to be.
        if (body === undefined) chain.skip(text);
        // As in readLog.
        else if (isEnd(JSON.parse(body) as JournalRecord)) ends += 1;
      }
    }
  }
  return { ...first, bytes, ends };
}

async function* readLines(files: JournalFiles, path: string, from: number): AsyncGenerator<readonly Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let at = from;
  for (;;) {
    const chunk = await orJournalError('read', path, files.read(path, at + rest.length, CHUNK));
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      lines.push({ text: bytes.toString('utf8', start, end), end: at + end + 1 });
      start = end + 1;
    }
    at += start;
    rest = bytes.subarray(start);
    const isLast = chunk.length < CHUNK || rest.length > LONGEST_LINE;
    if (isLast && rest.length > 0) lines.push({ text: undefined, end: at + rest.length });
    yield lines;
    if (isLast) return;
  }
}
