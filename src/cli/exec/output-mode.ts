import type { OutputRecord } from '../output/output-record.ts';
import type { TextStage } from './lines.ts';
import type { Started } from './start.ts';

/** One command of one item. */
export interface Job {
  /** The command first. */
  readonly words: readonly string[];
  readonly slot: number;
  readonly stdout: TextStage;
  readonly stderr: TextStage;
  /** Stops the command when the item is cancelled. Resolves with its status, when it has ended. */
  readonly attend: (started: Started) => Promise<number>;
}

/** What becomes of the output of commands. */
export interface OutputMode {
  /** Runs one to its end. `output` is what is still to be written. */
  run(job: Job): Promise<{ readonly status: number; readonly output: OutputRecord }>;
  /** Nothing runs any more. */
  close(): void;
}
