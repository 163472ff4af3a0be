import { dirname, join } from 'node:path';
import { journalError, orJournalError } from './journal-error.ts';
import type { JournalFiles } from './journal-files.ts';
import type { RunSpec } from './spec.ts';

/** The version of all that is in a journal: of meta.json, of the lines and of the records. */
const JOURNAL_FORMAT = 1;

/** What a journal is about; written once, when it is made. */
export interface JournalMeta {
  readonly spec: RunSpec;
  /** The files that were read, `-` for stdin. */
  readonly input: readonly string[];
  /** The file that results go into; null for stdout or none. */
  readonly output: string | null;
  /** The arguments that `resume` starts the run with again, and the folder that their paths are relative to. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Milliseconds since 1970. */
  readonly created: number;
}

const META = 'meta.json';
// A meta.json is of a few kilobytes. What is longer is none.
const LONGEST_META = 16 * 1024 * 1024;

/** Makes the journal's folder, and in it the meta.json, whole or not at all. */
export async function writeMeta(files: JournalFiles, folder: string, meta: JournalMeta): Promise<void> {
  const path = join(folder, META);
  await orJournalError('write', path, replaceMeta(files, folder, { format: JOURNAL_FORMAT, ...meta }));
}

/**
 * Reads the meta.json of a journal; `undefined` if there is none, and so no journal.
 *
 * @throws {CliError} with exit code 4 if it cannot be read or is of another format.
 */
export async function readMeta(files: JournalFiles, folder: string): Promise<JournalMeta | undefined> {
  const path = join(folder, META);
  if ((await orJournalError('read', path, files.size(path))) === undefined) return undefined;
  const text = (await orJournalError('read', path, files.read(path, 0, LONGEST_META))).toString();
  const value = parse(text, path);
  const { format } = value;
  if (typeof format !== 'number') throw journalError(`${path} is damaged: it names no format`);
  if (format !== JOURNAL_FORMAT) {
    throw journalError(
      `${folder} is a journal of format ${format}; this greenpool knows format ${JOURNAL_FORMAT}`,
    );
  }
  if (!isMeta(value)) throw journalError(`${path} is damaged: it has not all the fields of a journal`);
  // Looked at field by field.
  return value as unknown as JournalMeta;
}

async function replaceMeta(files: JournalFiles, folder: string, content: object): Promise<void> {
  await files.makeFolder(folder);
  const [path, temporary] = [join(folder, META), join(folder, `${META}.new`)];
  const file = await files.open(temporary, 'empty');
  try {
    await file.append(Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`));
    await file.datasync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
  await files.syncFolder(folder);
  await files.syncFolder(dirname(folder));
}

function parse(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8 names the position for most mistakes, and for an end that comes too early it is the length.
    const position = /at position (\d+)/.exec(String(error))?.[1] ?? text.length;
    throw journalError(`${path} is damaged at byte ${position}: it is not valid JSON`, error);
  }
  if (typeof value !== 'object' || value === null)
    throw journalError(`${path} is damaged: it holds no object`);
  // Any object can be asked for any field.
  return value as Record<string, unknown>;
}

function isMeta(value: Readonly<Record<string, unknown>>): boolean {
  const { spec, input, output, args, cwd, created } = value;
  return (
    isSpec(spec) &&
    isTexts(input) &&
    isTexts(args) &&
    (output === null || typeof output === 'string') &&
    typeof cwd === 'string' &&
    typeof created === 'number'
  );
}

function isSpec(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // Any object can be asked for any field.
  const { verb, module, hash, export: name, options } = value as Record<string, unknown>;
  return (
    (verb === 'run' || verb === 'exec') &&
    isTexts([module, hash, name]) &&
    typeof options === 'object' &&
    options !== null
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
