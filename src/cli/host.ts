import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { ExitCode } from './exit-codes.ts';
import type { Screen } from './progress/screen.ts';
import type { Ticks } from './ticks.ts';

/** The process as commands see it, so that a test can be one. */
export interface Host {
  /** Of greenpool. */
  readonly version: string;
  /** The words of the command line. */
  readonly args: readonly string[];
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Signals, `beforeExit`, `exit` and `uncaughtException`. */
  readonly events: Pick<EventEmitter, 'on' | 'off'>;
  /** The only way to stderr. */
  readonly screen: Screen;
  readonly ticks: Ticks;
  /** Ends the process on the spot; what was not written is lost. */
  readonly leave: (code: ExitCode) => void;
  /** For a listener of `exit`: says why the process ends, in one line, and with which code. */
  readonly die: (message: string, code: ExitCode) => void;
}
