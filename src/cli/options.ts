import type { RateOptions } from '../core/limits/rate.ts';
import { parseDuration } from './duration.ts';
import type { InputFormat } from './input/formats.ts';
import { JOURNAL_OPTIONS, type JournalOptions } from './journal/journal-options.ts';
import { type PerField, parsePer } from './limits/field.ts';
import { type Halt, parseHalt } from './limits/halt.ts';
import { parseJobs } from './limits/jobs.ts';
import { parseRate } from './limits/rate.ts';
import { parseRetryOn } from './limits/retry-on.ts';
import { positiveInteger, wholeNumber } from './limits/whole-number.ts';
import { WATCHING_OPTIONS, type WatchingOptions } from './progress/watching-options.ts';

/** What becomes of results. */
type OutputFormat = 'ndjson' | 'csv' | 'lines' | 'none';

/** What `greenpool run` was told. */
export interface RunOptions extends JournalOptions, WatchingOptions {
  readonly input: readonly string[];
  readonly from: 'auto' | InputFormat;
  readonly batch: number | undefined;
  readonly skip: number;
  readonly limit: number | undefined;
  readonly total: number | undefined;
  readonly jobs: number;
  readonly per: PerField | undefined;
  readonly rate: RateOptions | undefined;
  readonly weight: string | undefined;
  readonly priority: string | undefined;
  readonly threads: boolean;
  readonly workers: number | undefined;
  readonly timeout: number | undefined;
  readonly maxTime: number | undefined;
  readonly grace: number;
  readonly retries: number;
  readonly backoff: number;
  readonly retryOn: readonly string[] | undefined;
  readonly halt: Halt | undefined;
  readonly failFast: boolean;
  readonly ordered: boolean;
  readonly output: string | undefined;
  readonly to: OutputFormat;
  readonly envelope: boolean;
  readonly failed: string | undefined;
  readonly results: string | undefined;
}

/** What only a run of a function has: exec writes what its commands print. */
type FunctionOptions = 'batch' | 'to' | 'envelope' | 'results' | 'threads' | 'workers';

/** What every command that runs items is told. */
export type SharedOptions = Omit<RunOptions, FunctionOptions>;
/** The same, and the rest of the options of a run where it has them. */
export type SessionOptions = SharedOptions & Partial<RunOptions>;

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
  /** What the argument names, for completion. */
  readonly takes?: 'file' | 'folder';
  /** With another value it is another run: what is in a journal would not fit what comes. */
  readonly isFingerprint?: boolean;
}

type OptionGroup =
  | 'Command'
  | 'Input'
  | 'Measuring'
  | 'Concurrency'
  | 'Time and retry'
  | 'Halt'
  | 'Output'
  | 'Journal'
  | 'Watching';

/** A row for every field, of the field's own type: a new option is one field and one row. */
export type OptionTable<Options> = { readonly [Name in keyof Options]: OptionRow<Options[Name]> };

// Enough to hide the latency of an ordinary API, few enough not to trip its rate limit or to open a file too many.
const DEFAULT_JOBS = 10;
const DEFAULT_BACKOFF = 250;
// With the five seconds of SIGTERM's drain it stays within the ten that supervisors commonly give before they kill.
const DEFAULT_GRACE = 3_000;

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
    isFingerprint: true,
  },
  batch: {
    flags: '--batch <n>',
    group: 'Input',
    help: 'give the function arrays of n items; the last may be shorter',
    initial: undefined,
    parse: positiveInteger,
    isFingerprint: true,
  },
  skip: {
    flags: '--skip <n>',
    group: 'Input',
    help: 'leave out the first n items of the input',
    initial: 0,
    parse: wholeNumber,
    isFingerprint: true,
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
    help: 'run at most n items at a time; 50% of the processors, or +2: two more than there are',
    initial: DEFAULT_JOBS,
    parse: (text) => parseJobs(text),
  },
  per: {
    flags: '--per <field=n>',
    group: 'Concurrency',
    help: 'run at most n items with the same field at a time; host, origin and the like also of items that are URLs',
    initial: undefined,
    parse: parsePer,
  },
  rate: {
    flags: '--rate <n/s>',
    group: 'Concurrency',
    help: 'start at most n items a second (/s), minute (/m) or hour (/h), evenly spread, or 100/s,burst=20',
    initial: undefined,
    parse: parseRate,
  },
  weight: {
    flags: '--weight <field>',
    group: 'Concurrency',
    help: 'the field tells how many of the n an item takes',
    initial: undefined,
    parse: (text) => text,
  },
  priority: {
    flags: '--priority <field>',
    group: 'Concurrency',
    help: 'of the items that wait, start those with a higher number in this field first',
    initial: undefined,
    parse: (text) => text,
  },
  threads: {
    flags: '--threads',
    group: 'Concurrency',
    help: 'call the function in threads, for work that computes: as many as -j says, but no more than there are processors; needs the package piscina',
    initial: false,
  },
  workers: {
    flags: '--workers <n>',
    group: 'Concurrency',
    help: 'the same in n threads, which run n items at a time',
    initial: undefined,
    parse: positiveInteger,
  },
  timeout: {
    flags: '--timeout <duration>',
    group: 'Time and retry',
    help: 'abort ctx.signal after 250ms, 30s or 5m; the item fails when its function has ended, or after --grace',
    initial: undefined,
    parse: parseDuration,
  },
  maxTime: {
    flags: '--max-time <duration>',
    group: 'Time and retry',
    help: 'start no more items after this time',
    initial: undefined,
    parse: parseDuration,
  },
  grace: {
    flags: '--grace <duration>',
    group: 'Time and retry',
    help: 'how long functions have to end after their timeout or a cancellation; then nobody waits for them',
    initial: DEFAULT_GRACE,
    initialText: '3s',
    parse: parseDuration,
  },
  retries: {
    flags: '-r, --retries <n>',
    group: 'Time and retry',
    help: 'try an item that fails n times more; others run meanwhile',
    initial: 0,
    parse: wholeNumber,
  },
  backoff: {
    flags: '--backoff <duration>',
    group: 'Time and retry',
    help: 'wait up to this long before the first retry, twice as long before each further one, 30s at most; Retry-After wins',
    initial: DEFAULT_BACKOFF,
    initialText: '250ms',
    parse: parseDuration,
  },
  retryOn: {
    flags: '--retry-on <codes>',
    group: 'Time and retry',
    help: 'retry these errors only: codes, names or HTTP statuses, such as ECONNRESET,TimeoutError,503,5xx',
    initial: undefined,
    parse: parseRetryOn,
  },
  halt: {
    flags: '--halt <when>',
    group: 'Halt',
    help: 'now,fail=N cancels the run when N items have failed, soon,fail=N lets running ones end; also a share such as 20%; or never',
    initial: undefined,
    parse: parseHalt,
  },
  failFast: {
    flags: '--fail-fast',
    group: 'Halt',
    help: 'the same as --halt now,fail=1',
    initial: false,
  },
  ordered: {
    flags: '-k, --ordered',
    group: 'Output',
    help: 'write results in input order instead of as they come',
    initial: false,
    isFingerprint: true,
  },
  output: {
    flags: '-o, --output <file>',
    group: 'Output',
    help: 'write results to this file instead of stdout',
    initial: undefined,
    parse: (text) => text,
    isFingerprint: true,
  },
  to: {
    flags: '--to <format>',
    group: 'Output',
    help: 'how results are written: one JSON value a line, rows with the columns of the first result, a line of text, or not at all',
    initial: 'ndjson',
    choices: ['ndjson', 'csv', 'lines', 'none'],
    isFingerprint: true,
  },
  envelope: {
    flags: '--envelope',
    group: 'Output',
    help: 'write a record of every item, also of failed and skipped ones, with the result inside',
    initial: false,
    isFingerprint: true,
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
    help: 'also write each result to a file of its own, named by the number of the item; with -J by its key or a hash of it',
    initial: undefined,
    parse: (text) => text,
  },
  ...JOURNAL_OPTIONS,
  ...WATCHING_OPTIONS,
};
