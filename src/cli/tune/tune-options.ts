import { parseDuration } from '../duration.ts';
import { positiveInteger } from '../limits/whole-number.ts';
import { type OptionTable, RUN_OPTIONS, type RunOptions } from '../options.ts';

/** What `greenpool tune` was told. */
export interface TuneOptions
  extends Pick<RunOptions, 'input' | 'from' | 'batch' | 'skip' | 'limit' | 'rate' | 'timeout' | 'quiet'> {
  readonly max: number;
  readonly stepTime: number;
  readonly json: boolean;
}

// Beyond it lie few functions whose server would not mind.
const DEFAULT_MAX = 256;
const DEFAULT_STEP_TIME = 5_000;

/** The options of `greenpool tune`: its own, and those of a run that say what is called. */
export const TUNE_OPTIONS: OptionTable<TuneOptions> = {
  input: RUN_OPTIONS.input,
  from: RUN_OPTIONS.from,
  batch: RUN_OPTIONS.batch,
  skip: RUN_OPTIONS.skip,
  limit: {
    ...RUN_OPTIONS.limit,
    help: 'use at most n items of the input, not counting those left out',
  },
  max: {
    flags: '--max <n>',
    group: 'Measuring',
    help: 'measure at most n calls at a time',
    initial: DEFAULT_MAX,
    parse: positiveInteger,
  },
  stepTime: {
    flags: '--step-time <duration>',
    group: 'Measuring',
    help: 'hand out items for so long at each size; more where a call takes longer',
    initial: DEFAULT_STEP_TIME,
    initialText: '5s',
    parse: parseDuration,
  },
  rate: RUN_OPTIONS.rate,
  timeout: RUN_OPTIONS.timeout,
  json: {
    flags: '--json',
    group: 'Output',
    help: 'print one line of JSON instead of the table',
    initial: false,
  },
  quiet: {
    ...RUN_OPTIONS.quiet,
    help: 'do not tell which size is being measured; failures are still shown',
  },
};

/** What the help of `greenpool tune` says below its options. */
export const TUNE_HELP = `
What it does:
  It calls the function on items of the input, 1 at a time, then 2, 4, 8 and so on, and measures the items a second.
  When throughput grows no more, less than a tenth over two sizes, or more calls fail than before, it measures once
  more around the smallest size that is about as good as the best, and suggests that as -j.

  The calls are real: what the function writes, sends or deletes is written, sent and deleted. Only its results go
  nowhere. No item is used twice, and none is tried again. Try it on a copy, or on items that may be worked on again.

  A size takes 8 items for each call at a time, at least 48 in all; ten times as many where calls take almost no time.
  So 600 items reach 32 at a time, 4,200 reach 256; the second look takes some more. A smaller input is measured as far
  as it goes.

What it prints:
  size      calls at a time
  items/s   how many ended without a failure in a second, all slots being full
  p50, p95  milliseconds that half of the calls, and 95 of 100, stayed below
  failed    how many calls failed
  note      event loop full: the function computes, and more at a time cannot help; slots idle: the input, --rate or
            this machine is slower than the function; failures rose: more failed than at smaller sizes

  --json prints { jobs, reason, explanation, steps, items, ms }. reason is levelled, failures, max, input, stopped,
  event-loop or idle-slots; jobs is null where nothing can be suggested.

Stopping:
  As in greenpool run --help; what was measured until then is printed.

Exit codes:
  0    there is a suggestion
  1    there is none: every call failed, or the input is too small
  2    wrong usage, module or input: nothing was started
  75   stopped by a signal
  All others are those of greenpool run --help.

Examples:
  $ greenpool tune check.ts -a urls.txt
  $ greenpool tune check.ts -a urls.txt --limit 500 --max 64 --json`;
