import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError, describeSystemError } from '../cli-error.ts';
import { claimant } from '../journal/lock.ts';
import { type Processes, systemProcesses } from '../journal/process-identity.ts';
import { describeLiveRuns, findLiveRuns, type LiveRunParts } from './live-runs.ts';

/**
 * The process that `run` names: by its id, or by the folder of the journal that it writes. Whether it listens is not looked at.
 *
 * @throws {CliError} that names the runs there are.
 */
export async function processOf(run: string, parts: LiveRunParts): Promise<number> {
  if (/^\d+$/.test(run)) return Number(run);
  const found = writerOf(run, parts.processes ?? systemProcesses);
  if (typeof found === 'number') return found;
  throw await noSuchRun(found, parts);
}

/** An error that says why, and names the runs there are. */
export async function noSuchRun(why: string, parts: LiveRunParts): Promise<CliError> {
  return new CliError(`${why}; ${describeLiveRuns(await findLiveRuns(parts), parts.places)}`);
}

function writerOf(folder: string, processes: Pick<Processes, 'isAlive'>): number | string {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    return `${folder} is no process id, and no journal: ${describeSystemError(error)}`;
  }
  for (const name of names) {
    const identity = claimant(name);
    if (identity === undefined || !processes.isAlive(identity)) continue;
    // Without content it is the claim of one that wants the lock.
    if (isHeld(join(folder, name))) return identity.pid;
  }
  return `${folder} is a folder, and no process that lives writes a journal there`;
}

function isHeld(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    // It has given up since.
    return false;
  }
}
