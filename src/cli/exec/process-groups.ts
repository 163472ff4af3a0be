import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '../../loader/error-facts.ts';

// Nothing tells that the last process of a group has ended; asking costs one system call.
const ASK_EVERY = 20;
// A process that waits for a dead disk does not die. It must not hold the run up.
const KILL_TIME = 500;

/** The process groups of running commands, and how they are stopped. A group has the number of its first process. */
export class ProcessGroups {
  readonly #running: Set<number> = new Set();
  readonly #grace: number;

  constructor(grace: number) {
    this.#grace = grace;
  }

  add(group: number): void {
    this.#running.add(group);
  }

  /** The command has ended. What it left behind on purpose, such as a daemon, goes on. */
  remove(group: number): void {
    this.#running.delete(group);
  }

  /**
   * TERM to the whole group; KILL to what is left of it after the grace. Resolves when nothing is left. Waits by
   * timers that keep the process alive, since a grandchild does not.
   */
  async stop(group: number): Promise<void> {
    send(group, 'SIGTERM');
    if (await hasEnded(group, this.#grace)) return;
    send(group, 'SIGKILL');
    // It is carried out; only when is open.
    await hasEnded(group, KILL_TIME);
  }

  /** For the moment in which this process ends: everything that still runs goes with it. */
  killAll(): void {
    for (const group of this.#running) send(group, 'SIGKILL');
  }
}

/** Whether the group ends within `ms`. */
async function hasEnded(group: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (isRunning(group)) {
    const left = end - performance.now();
    if (left <= 0) return false;
    await wait(Math.min(ASK_EVERY, left));
  }
  return true;
}

/** Whether a process of the group is left. */
export function isRunning(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    // One that changed its user may not be asked; it is there.
    return errorCode(error) === 'EPERM';
  }
}

function send(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended, or is not ours any more. There is nothing else to try.
  }
}
