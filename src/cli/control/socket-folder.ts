import { lstatSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { errorCode } from '../../loader/error-facts.ts';
import { describeSystemError } from '../cli-error.ts';

/** Who looks for sockets, and where people like that have them. */
export interface SocketOwner {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder for everybody's temporary files. */
  readonly temporary: string;
}

// Others may not write: whoever can put a socket there can pretend to be a run, or hear what is said to one.
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The folders in which a user's sockets may be, the best one first. Not one alone: what cron starts has no
 * `XDG_RUNTIME_DIR`, and whoever looks for it at a terminal has one.
 */
export function socketFolders({ uid, env, temporary }: SocketOwner): string[] {
  const { XDG_RUNTIME_DIR: runtime = '' } = env;
  const shared = join(temporary, `greenpool-${uid}`);
  return isAbsolute(runtime) ? [join(runtime, 'greenpool'), shared] : [shared];
}

/** Why a folder is not to be trusted; `undefined` if it is. */
export function faultOf(folder: string, uid: number): string | undefined {
  try {
    // Not through a link: it could be turned to another folder afterwards.
    const stats = lstatSync(folder);
    if (!stats.isDirectory()) return `${folder} is no folder`;
    if (stats.uid !== uid) return `${folder} is owned by user ${stats.uid}, not by ${uid}`;
    if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) return `others can write to ${folder}`;
    return undefined;
  } catch (error) {
    return `${folder}: ${describeSystemError(error)}`;
  }
}

/** Makes a folder for sockets if there is none. Returns what is wrong with it, if anything. */
export function makeSocketFolder(folder: string, uid: number): string | undefined {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') return `${folder}: ${describeSystemError(error)}`;
  }
  return faultOf(folder, uid);
}
