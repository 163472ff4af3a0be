import { type OptionTable, RUN_OPTIONS, type SharedOptions } from './options.ts';

/** What `greenpool exec` was told. */
export interface ExecOptions extends SharedOptions {
  readonly shell: string | undefined;
  readonly group: boolean;
  readonly lineBuffer: boolean;
  readonly tag: boolean;
}

const {
  batch: _batch,
  to: _to,
  envelope: _envelope,
  results: _results,
  threads: _threads,
  workers: _workers,
  ...shared
} = RUN_OPTIONS;

/** The options of `greenpool exec`: its own, and those of a run but for what is about functions. */
export const EXEC_OPTIONS: OptionTable<ExecOptions> = {
  shell: {
    flags: '--shell <line>',
    group: 'Command',
    help: 'instead of a command: run this line by /bin/sh, which sees the item as "$1"',
    initial: undefined,
    parse: (text) => text,
  },
  ...shared,
  timeout: {
    ...shared.timeout,
    help: 'end a command after 250ms, 30s or 5m as a cancelled one; the item fails',
  },
  grace: {
    ...shared.grace,
    help: 'how long a cancelled command has between SIGTERM and SIGKILL',
  },
  group: {
    flags: '--group',
    group: 'Output',
    help: 'write what a command printed when it has ended, all at once (the default)',
    initial: false,
  },
  lineBuffer: {
    flags: '--line-buffer',
    group: 'Output',
    help: 'write the lines of a command as they come, each whole',
    initial: false,
  },
  tag: {
    flags: '--tag',
    group: 'Output',
    help: 'begin each line with its item and a tab',
    initial: false,
    isFingerprint: true,
  },
};
