import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { crc32 } from 'node:zlib';
import { errorCode } from '../../loader/error-facts.ts';

/** Tells one process from all others, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** What two processes with one pid cannot share: where and when it was started. Empty where nobody tells. */
  readonly birth: string;
}

/** The processes of this machine. */
export interface Processes {
  readonly self: ProcessIdentity;
  /** Whether `isAlive` can tell: not of a process in another container, or on another machine. */
  canSee(identity: ProcessIdentity): boolean;
  isAlive(identity: ProcessIdentity): boolean;
  /** A text that no process has made before. */
  token(): string;
}

/** The real ones. Where there is no /proc, only the number tells: then a stale lock can look alive, never the other way. */
export const systemProcesses: Processes = {
  get self() {
    return { pid: process.pid, birth: birthOf(process.pid) };
  },

  canSee({ birth }) {
    const [own, other] = [partsOf(birthOf(process.pid)), partsOf(birth)];
    if (own === undefined || other === undefined) return true;
    // In another boot of the same machine it is dead.
    return own.boot === other.boot ? own.container === other.container : own.host === other.host;
  },

  isAlive({ pid, birth }) {
    if (!exists(pid) || hasEnded(pid)) return false;
    const [current, claimed] = [partsOf(birthOf(pid)), partsOf(birth)];
    if (current === undefined || claimed === undefined) return true;
    return current.boot === claimed.boot && current.ticks === claimed.ticks;
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

/** What a birth is made of: the boot, the machine by name, the container by its pid namespace, and ticks from the boot on. */
interface BirthParts {
  readonly boot: string;
  readonly host: string;
  readonly container: string;
  readonly ticks: string;
}

/** `<boot>.<host>.<container>.<ticks>`. */
function birthOf(pid: number): string {
  const boot = read('/proc/sys/kernel/random/boot_id').slice(0, 8);
  const ticks = statOf(pid)[19];
  if (boot === '' || ticks === undefined) return '';
  return [boot, crc32(hostname()).toString(16), containerOf(), ticks].join('.');
}

function partsOf(birth: string): BirthParts | undefined {
  const [boot, host, container, ticks] = birth.split('.');
  if (boot === undefined || host === undefined || container === undefined || ticks === undefined)
    return undefined;
  return { boot, host, container, ticks };
}

/** `pid:[4026531836]` is the name of a namespace. */
function containerOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '';
  }
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
