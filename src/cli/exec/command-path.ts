import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { errorCode } from '../../loader/error-facts.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../failures/printable.ts';

/** Finds a command as a shell would, before anything is started. Exit codes are those of shells too. */
export function findCommand(command: string, path: string | undefined): string {
  const isName = !command.includes('/');
  const folders = (path ?? DEFAULT_PATH).split(delimiter);
  // An empty word in PATH is the current folder.
  const places = isName ? folders.map((folder) => join(folder || '.', command)) : [command];
  let isThere = false;
  for (const place of places) {
    const state = command === '' ? 'missing' : stateOf(place);
    // `join` would take the leading dot away, and with it what keeps a shell from looking in PATH.
    if (state === 'executable') return place.includes('/') ? place : `./${place}`;
    // A shell overlooks a folder that has the name of a command.
    if (state === 'locked' || (state === 'folder' && !isName)) isThere = true;
  }
  const name = printable(command);
  if (isThere) throw new CliError(`${name} is not executable`, { exitCode: EXIT.notExecutable });
  throw new CliError(`command not found: ${name}`, { exitCode: EXIT.notFound });
}

// What `execvp` takes when nobody has set one.
const DEFAULT_PATH = '/bin:/usr/bin';

function stateOf(path: string): 'executable' | 'locked' | 'folder' | 'missing' {
  try {
    if (statSync(path).isDirectory()) return 'folder';
    accessSync(path, constants.X_OK);
    return 'executable';
  } catch (error) {
    return errorCode(error) === 'EACCES' ? 'locked' : 'missing';
  }
}
