import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Story } from './scenarios.ts';

/** How a session ended. */
export interface SessionEnd {
  /** `undefined` if it was killed. */
  readonly code: number | undefined;
  readonly stderr: string;
  /** Milliseconds from its start to its end. */
  readonly elapsed: number;
  /** Milliseconds from its start to the first call of the function, if there was one. */
  readonly firstCall: number | undefined;
}

/** When a session is killed: so many calls and then so many milliseconds after its start. */
export interface Moment {
  readonly calls: number;
  readonly ms: number;
}

/** One line for each call of the function: the session, the item and the attempt. */
const EFFECTS = 'effects.tsv';

/** A folder with one story in it: its input, and what its sessions leave. */
export class Stage {
  readonly folder: string;
  readonly #main: string;
  readonly #story: Story;
  #sessions = 0;

  constructor(folder: string, main: string, story: Story) {
    this.folder = folder;
    this.#main = main;
    this.#story = story;
    // What commands print goes through files in the temporary folder. Of a run that was killed they are left there.
    mkdirSync(join(folder, 'tmp'), { recursive: true });
  }

  /** How many calls were made so far, in all sessions. */
  get calls(): number {
    return this.effects().length;
  }

  effects(): string[] {
    return this.linesOf(EFFECTS);
  }

  linesOf(name: string): string[] {
    return this.read(name).split('\n').slice(0, -1);
  }

  read(name: string): string {
    try {
      return readFileSync(join(this.folder, name), 'utf8');
    } catch {
      return '';
    }
  }

  /** Runs one session, to its end or to the moment given. */
  async run(args: readonly string[], moment?: Moment): Promise<SessionEnd> {
    const { input, lines } = this.#story;
    this.#sessions += 1;
    writeFileSync(join(this.folder, input), `${lines(this.#sessions).join('\n')}\n`);
    const started = performance.now();
    const before = this.#effectBytes();
    const child = spawn(process.execPath, [this.#main, ...args], {
      cwd: this.folder,
      // A group of its own, so that what it starts in it goes with it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        EFFECTS: join(this.folder, EFFECTS),
        SESSION: String(this.#sessions),
        TMPDIR: join(this.folder, 'tmp'),
      },
    });
    const ended = watch(child);
    const firstCall = this.#waitForCalls(child, before, 1).then(() => performance.now() - started);
    if (moment !== undefined) void this.#kill(child, before, moment);
    const { code, stderr } = await ended;
    const hasCalled = this.#effectBytes() > before;
    return {
      code,
      stderr,
      elapsed: performance.now() - started,
      firstCall: hasCalled ? await firstCall : undefined,
    };
  }

  async #kill(child: ChildProcess, before: number, { calls, ms }: Moment): Promise<void> {
    await this.#waitForCalls(child, before, calls);
    await sleep(ms);
    if (!isRunning(child) || child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended in this very moment.
    }
  }

  /** Resolves when so many calls were made, and when there will be none. */
  async #waitForCalls(child: ChildProcess, before: number, calls: number): Promise<void> {
    while (isRunning(child) && this.#effectBytes() - before < calls * BYTES_PER_CALL) await sleep(LOOK_EVERY);
  }

  #effectBytes(): number {
    return statSync(join(this.folder, EFFECTS), { throwIfNoEntry: false })?.size ?? 0;
  }
}

const LOOK_EVERY = 2;
// `12\t345\t1\n`: it is only a moment that is chosen by it.
const BYTES_PER_CALL = 8;

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Resolves when the process has ended and was collected. */
function watch(child: ChildProcess): Promise<Pick<SessionEnd, 'code' | 'stderr'>> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Not `close`: a command that outlives its killed run may hold stderr.
    child.on('exit', (code) => {
      if (code === null) {
        child.stderr?.destroy();
        resolve({ code: undefined, stderr });
      } else child.on('close', () => resolve({ code, stderr }));
    });
  });
}
