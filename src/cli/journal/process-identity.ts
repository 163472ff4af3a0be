import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { errorCode } from '../cli-error.ts';

/** Tells one process from all others, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** What two processes with one pid cannot share: when it was started, in which boot. Empty where nobody tells. */
  readonly birth: string;
}

/** The processes of this machine. */
export interface Processes {
  readonly self: ProcessIdentity;
  isAlive(identity: ProcessIdentity): boolean;
  /** A text that no process has made before. */
  token(): string;
}

/** The real ones. Where there is no /proc, only the number tells: then a stale lock can look alive, never the other way. */
export const systemProcesses: Processes = {
  get self() {
    return { pid: process.pid, birth: birthOf(process.pid) };
  },

  isAlive({ pid, birth }) {
    if (!exists(pid) || hasEnded(pid)) return false;
    const current = birthOf(pid);
    return birth === '' || current === '' || birth === current;
  },

  token: () => randomBytes(6).toString('hex'),
};

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and of another user.
    return errorCode(error) === 'EPERM';
  }
}

/** Whether it is dead and only waits for its parent to look, which in a container may never happen. */
function hasEnded(pid: number): boolean {
  return /^[ZX]/.test(statOf(pid)[0] ?? '');
}

/** Boot and clock ticks from it to the start, as `<8 hex digits>.<ticks>`. */
function birthOf(pid: number): string {
  const boot = read('/proc/sys/kernel/random/boot_id').slice(0, 8);
  const ticks = statOf(pid)[19];
  return boot === '' || ticks === undefined ? '' : `${boot}.${ticks}`;
}

/** What the system says of a process behind its name, which is in brackets and can hold anything. */
function statOf(pid: number): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
