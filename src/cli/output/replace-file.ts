import { accessSync, constants, realpathSync, type Stats, statSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';

let writes = 0;

/**
 * Writes a file beside its place and then puts it there: it is there whole or not at all, and what was there before
 * stays until then.
 */
export async function replaceFile(
  path: string,
  text: string,
  options: { readonly mode?: number | undefined; readonly flush?: boolean } = {},
): Promise<void> {
  // Another process may write the same folder, and this one the same file: each write has a name of its own.
  writes += 1;
  const unfinished = `${path}.${process.pid}.${writes}.part`;
  try {
    await writeFile(unfinished, text, options);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * Checks that a file can be written or replaced, and touches nothing. Gives what `stat` says of it, if it is there.
 *
 * @throws {CliError} that says why not.
 */
export function checkWritable(path: string): Stats | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) throw new CliError(`cannot write ${path}: it is a directory`);
    if (stats === undefined) accessSync(dirname(path), constants.W_OK | constants.X_OK);
    else accessSync(path, constants.W_OK);
    return stats;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`cannot write ${path}: ${describeSystemError(error)}`, { cause: error });
  }
}

/** Where a file is or will be, whatever links lead there and wherever the process goes later. */
export function realPathOf(path: string): string {
  const full = resolve(path);
  return tryRealPath(full) ?? join(tryRealPath(dirname(full)) ?? dirname(full), basename(full));
}

function tryRealPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
