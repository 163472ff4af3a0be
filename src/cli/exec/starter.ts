import { type ChildProcess, spawn } from 'node:child_process';
import { type Deferred, deferred } from '../../primitives/deferred.ts';
import { statusOf } from '../failures/exit-error.ts';
import { quoted } from './shell-words.ts';
import { notStarted, type Started } from './start.ts';

const SHELL = '/bin/sh';
// A shell may read its script byte by byte. What is longer is better started here, which also tells more exactly
// why the system refuses it.
const LONGEST_SCRIPT = 16 * 1024;

/** Where a command writes. */
export interface OutputPaths {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A shell that starts commands one after another, since it can do so at a fraction of our cost: to fork a process the
 * system copies the tables of its memory, and ours are thirty times those of a shell.
 *
 * The shell reads no argument: every word is quoted, and a command with a slash in it is no builtin, alias or
 * function. It is of one process group with what it starts, and has an ear for TERM only to outlive it.
 */
export class Starter {
  readonly #shell: ChildProcess;
  #status: Deferred<number> | undefined;
  #isOpen = true;

  constructor() {
    this.#shell = spawn(SHELL, [], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#shell.on('error', (error) => this.#end(() => this.#status?.reject(notStarted(SHELL, error))));
    // Whoever sends KILL to his group, as `kill -9 0` does, has ended with it.
    this.#shell.on('exit', (code, signal) => this.#end(() => this.#status?.resolve(statusOf(code, signal))));
    // It is closed only if the shell has ended, which is told above.
    this.#shell.stdin?.on('error', () => {}).write('trap : TERM\n');
    let line = '';
    this.#shell.stdout?.setEncoding('latin1').on('data', (text) => {
      line += text;
      if (!line.endsWith('\n')) return;
      this.#status?.resolve(Number(line));
      line = '';
    });
  }

  /** Whether it can start another command. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** One at a time: `script` comes from `scriptFor`. */
  start(script: string): Started {
    const status = deferred<number>();
    this.#status = status;
    this.#shell.stdin?.write(script);
    return { group: this.#shell.pid, status: status.promise, release: () => this.close() };
  }

  /** Ends the shell when the command that runs has ended. */
  close(): void {
    this.#isOpen = false;
    this.#shell.stdin?.end();
  }

  #end(tell: () => void): void {
    this.#isOpen = false;
    tell();
  }
}

/** What a starter is told to start these words; `undefined` if it cannot without a change of what they mean. */
export function scriptFor(words: readonly string[], { stdout, stderr }: OutputPaths): string | undefined {
  if (words[0]?.includes('/') !== true) return undefined;
  const command = words.map(quoted).join(' ');
  if (command.length > LONGEST_SCRIPT) return undefined;
  // In a shell of its own, which becomes the command: else `Terminated` and the like, which a shell says of a command
  // that a signal has ended, would go to the stderr of the command.
  return `(exec ${command} </dev/null >>${quoted(stdout)} 2>>${quoted(stderr)})\necho $?\n`;
}

/** Whether the environment goes through a shell unharmed: one with names that are no names for a shell does not. */
export function canUseStarters(env: Readonly<Record<string, string | undefined>>): boolean {
  return process.platform !== 'win32' && Object.keys(env).every((name) => /^[A-Za-z_]\w*$/.test(name));
}
