import { InvalidArgumentError } from 'commander';
import { parseDuration } from './duration.ts';
import type { InputFormat } from './input/formats.ts';

/** How the run shows that it is alive. `auto` is a bar on a terminal and lines elsewhere. */
type ProgressStyle = 'auto' | 'bar' | 'lines' | 'none';
/** What becomes of results. */
type OutputFormat = 'ndjson' | 'csv' | 'lines' | 'none';

/** What `greenpool run` was told. */
export interface RunOptions {
  readonly input: readonly string[];
  readonly from: 'auto' | InputFormat;
  readonly batch: number | undefined;
  readonly skip: number;
  readonly limit: number | undefined;
  readonly total: number | undefined;
  readonly jobs: number;
  readonly ordered: boolean;
  readonly output: string | undefined;
  readonly to: OutputFormat;
  readonly envelope: boolean;
  readonly failed: string | undefined;
  readonly results: string | undefined;
  readonly progress: ProgressStyle;
  readonly quiet: boolean;
}

type SharedOptions = Pick<
  RunOptions,
  | 'input'
  | 'from'
  | 'skip'
  | 'limit'
  | 'total'
  | 'jobs'
  | 'ordered'
  | 'output'
  | 'failed'
  | 'progress'
  | 'quiet'
>;

/** What every command that runs items is told; the rest of the options of a run where it has them. */
export type SessionOptions = SharedOptions & Partial<RunOptions>;

/** What `greenpool exec` was told. */
export interface ExecOptions extends SharedOptions {
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
    help: 'what an item is: a JSON value, a row below a header, a line of text, or text up to a NUL; auto takes .csv and .tsv by their names and looks at the first line of the others',
    initial: 'auto',
    choices: ['auto', 'ndjson', 'csv', 'tsv', 'lines', 'nul'],
  },
  batch: {
    flags: '--batch <n>',
    group: 'Input',
    help: 'give the function arrays of n items; the last may be shorter',
    initial: undefined,
    parse: positiveInteger,
  },
  skip: {
    flags: '--skip <n>',
    group: 'Input',
    help: 'leave out the first n items of the input',
    initial: 0,
    parse: wholeNumber,
  },
  limit: {
    flags: '--limit <n>',
    group: 'Input',
    help: 'stop after n items of the input, not counting those left out',
    initial: undefined,
    parse: wholeNumber,
  },
  total: {
    flags: '--total <n>',
    group: 'Input',
    help: 'the input has n items, for the progress where that cannot be known',
    initial: undefined,
    parse: wholeNumber,
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
    help: 'how results are written: one JSON value a line, rows with the columns of the first result, a line of text, or not at all',
    initial: 'ndjson',
    choices: ['ndjson', 'csv', 'lines', 'none'],
  },
  envelope: {
    flags: '--envelope',
    group: 'Output',
    help: 'write a record of every item, also of failed and skipped ones, with the result inside',
    initial: false,
  },
  failed: {
    flags: '--failed <file>',
    group: 'Output',
    help: 'write items that failed or were cancelled to this file, as they were read: an input of the same format',
    initial: undefined,
    parse: (text) => text,
  },
  results: {
    flags: '--results <dir>',
    group: 'Output',
    help: 'also write each result to a file of its own, named by the number of the item',
    initial: undefined,
    parse: (text) => text,
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

const { input, from, skip, limit, total, jobs, ordered, output, failed, progress, quiet } = RUN_OPTIONS;

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
  skip,
  limit,
  total,
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
  failed,
  progress,
  quiet,
};

function positiveInteger(text: string): number {
  return integerFrom(1, text);
}

function wholeNumber(text: string): number {
  return integerFrom(0, text);
}

function integerFrom(least: number, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(`It must be a whole number, ${least} or more.`);
  }
  return value;
}
