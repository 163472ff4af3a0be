import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration.ts';
import type { InputFormat } from './input/formats.ts';

/** How the run shows that it is alive. `auto` is a bar on a terminal and lines elsewhere. */
type ProgressStyle = 'auto' | 'bar' | 'lines' | 'none';
/** What becomes of results. */
type OutputFormat = 'ndjson' | 'none';

/** What `greenpool run` was told. */
export interface RunOptions {
  readonly input: readonly string[];
  readonly from: 'auto' | InputFormat;
  readonly jobs: number;
  readonly ordered: boolean;
  readonly output: string | undefined;
  readonly to: OutputFormat;
  readonly progress: ProgressStyle;
  readonly quiet: boolean;
}

/** What every command that runs items is told. */
export type SessionOptions = Pick<RunOptions, 'from' | 'jobs' | 'ordered' | 'progress' | 'quiet'>;

/** What `greenpool exec` was told. */
export interface ExecOptions extends SessionOptions, Pick<RunOptions, 'input' | 'output'> {
  readonly shell: string | undefined;
  readonly grace: number;
  readonly group: boolean;
  readonly lineBuffer: boolean;
  readonly tag: boolean;
}

/** One option: everything that parsing, help and the documentation say about it. */
interface OptionRow<T> {
  readonly flags: string;
  readonly group: OptionGroup;
  readonly help: string;
  readonly initial: T;
  /** How the help writes `initial`, where the value does not say it. */
  readonly initialText?: string;
  /** Turns the argument into the value; absent for a flag and for one of `choices`. */
  readonly parse?: (text: string, previous: T) => T;
  readonly choices?: readonly (T & string)[];
}

type OptionGroup = 'Command' | 'Input' | 'Concurrency' | 'Output' | 'Watching';

/** A row for every field, of the field's own type: a new option is one field and one row. */
export type OptionTable<Options> = { readonly [Name in keyof Options]: OptionRow<Options[Name]> };

// Enough to hide the latency of an ordinary API, few enough not to trip its rate limit or to open a file too many.
const DEFAULT_JOBS = 10;

/** The options of `greenpool run`. The order is the order of the help. */
export const RUN_OPTIONS: OptionTable<RunOptions> = {
  input: {
    flags: '-a, --input <file...>',
    group: 'Input',
    help: 'read items from these files, one after another; - is stdin (default: stdin)',
    initial: [],
    parse: (text, previous) => [...previous, text],
  },
  from: {
    flags: '--from <format>',
    group: 'Input',
    help: 'what a line is: a JSON value or plain text; auto looks at the first line that is not empty',
    initial: 'auto',
    choices: ['auto', 'ndjson', 'lines'],
  },
  jobs: {
    flags: '-j, --jobs <n>',
    group: 'Concurrency',
    help: 'run at most n items at a time',
    initial: DEFAULT_JOBS,
    parse: positiveInteger,
  },
  ordered: {
    flags: '-k, --ordered',
    group: 'Output',
    help: 'write results in input order instead of as they come',
    initial: false,
  },
  output: {
    flags: '-o, --output <file>',
    group: 'Output',
    help: 'write results to this file instead of stdout',
    initial: undefined,
    parse: (text) => text,
  },
  to: {
    flags: '--to <format>',
    group: 'Output',
    help: 'how results are written: one JSON value a line, or not at all',
    initial: 'ndjson',
    choices: ['ndjson', 'none'],
  },
  progress: {
    flags: '--progress <style>',
    group: 'Watching',
    help: 'bar redraws one line, lines prints one every 10 s; auto: bar on a terminal, else lines',
    initial: 'auto',
    choices: ['auto', 'bar', 'lines', 'none'],
  },
  quiet: {
    flags: '-q, --quiet',
    group: 'Watching',
    help: 'no progress and no summary; failures are still shown',
    initial: false,
  },
};

// With the five seconds of SIGTERM's drain it stays within the ten that supervisors commonly give before they kill.
const DEFAULT_GRACE = 3_000;

const { input, from, jobs, ordered, output, progress, quiet } = RUN_OPTIONS;

/** The options of `greenpool exec`: rows of a run, and its own. */
export const EXEC_OPTIONS: OptionTable<ExecOptions> = {
  shell: {
    flags: '--shell <line>',
    group: 'Command',
    help: 'instead of a command: run this line by /bin/sh, which sees the item as "$1"',
    initial: undefined,
    parse: (text) => text,
  },
  input,
  from,
  jobs,
  grace: {
    flags: '--grace <duration>',
    group: 'Concurrency',
    help: 'how long a cancelled command has between SIGTERM and SIGKILL',
    initial: DEFAULT_GRACE,
    initialText: '3s',
    parse: parseDuration,
  },
  ordered,
  output,
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
  tag: { flags: '--tag', group: 'Output', help: 'begin each line with its item and a tab', initial: false },
  progress,
  quiet,
};

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value === 0) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return value;
}
