import { join } from 'node:path';
import type { JournalFile, JournalFiles } from './journal-files.ts';

const LOG_NAME = /^log-(\d{6,})\.ndjson$/;
/** At this size a log is full and the next one begins. */
export const ROTATE_AT: number = 64 * 1024 * 1024;

/** The path of log number `number`, from 1. */
export function logPath(folder: string, number: number): string {
  return join(folder, `log-${String(number).padStart(6, '0')}.ndjson`);
}

/** The numbers of the logs in a folder, from first to last. */
export async function listLogs(files: JournalFiles, folder: string): Promise<number[]> {
  const numbers = (await files.list(folder)).map((name) => Number(LOG_NAME.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => a - b);
}

/** Where a log goes on. */
export interface LogEnd {
  readonly number: number;
  readonly size: number;
}

/** The end of the log, in as many files as it takes. */
export class LogFiles {
  readonly #files: JournalFiles;
  readonly #folder: string;
  readonly #rotateAt: number;
  // Full ones that are still to be synced. A sync may be under way in them while the next one is written.
  #full: JournalFile[] = [];
  #current: JournalFile;
  #number: number;
  #size: number;

  private constructor(
    files: JournalFiles,
    folder: string,
    rotateAt: number,
    at: LogEnd & { file: JournalFile },
  ) {
    this.#files = files;
    this.#folder = folder;
    this.#rotateAt = rotateAt;
    this.#current = at.file;
    this.#number = at.number;
    this.#size = at.size;
  }

  static async open(files: JournalFiles, folder: string, at: LogEnd, rotateAt: number): Promise<LogFiles> {
    const file = await files.open(logPath(folder, at.number), 'append');
    return new LogFiles(files, folder, rotateAt, { ...at, file });
  }

  /** The file that takes the next lines. */
  get path(): string {
    return this.#current.path;
  }

  /** Takes whole lines. */
  async append(lines: Buffer): Promise<void> {
    if (this.#size >= this.#rotateAt) await this.#rotate();
    await this.#current.append(lines);
    this.#size += lines.length;
  }

  async datasync(): Promise<void> {
    // A copy: a file that becomes full meanwhile may have lines that this sync does not take.
    const [full, current] = [[...this.#full], this.#current];
    for (const file of full) await file.datasync();
    await current.datasync();
    this.#full = this.#full.filter((file) => !full.includes(file));
    for (const file of full) await file.close();
  }

  async close(): Promise<void> {
    for (const file of [...this.#full, this.#current]) await file.close();
  }

  // The full file is not synced here: should the new one reach the disk first, its lines do not follow on any that
  // are there, and count as lost.
  async #rotate(): Promise<void> {
    const next = await this.#files.open(logPath(this.#folder, this.#number + 1), 'empty');
    this.#full.push(this.#current);
    this.#current = next;
    this.#number += 1;
    this.#size = 0;
    await this.#files.syncFolder(this.#folder);
  }
}
