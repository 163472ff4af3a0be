import { Command, Option } from 'commander';
import { EXEC_OPTIONS, type ExecOptions } from './exec-options.ts';
import { CTL_HELP, STATUS_HELP } from './help/ctl-help.ts';
import { type OptionTable, RUN_OPTIONS, type RunOptions } from './options.ts';
import {
  REPORT_OPTIONS,
  type ReportOptions,
  STATUS_OPTIONS,
  type StatusOptions,
} from './report/report-options.ts';
import { RESUME_OPTIONS, type ResumeOptions } from './resume-options.ts';

/** What the words on the command line ask for. */
export interface Verbs {
  run(module: string | undefined, options: RunOptions): Promise<void>;
  /** `command` comes with its arguments. */
  exec(command: readonly string[], options: ExecOptions): Promise<void>;
  /** Goes on with a run; `isRetry`: with what failed in it. Only options that were given are there. */
  resume(journal: string, options: Partial<ResumeOptions>, isRetry: boolean): Promise<void>;
  report(journal: string, options: ReportOptions): Promise<void>;
  ctl(run: string | undefined, change: readonly string[]): Promise<void>;
  status(run: string | undefined, options: StatusOptions): Promise<void>;
}

const RUN_HELP = `
Items:
  Each line of input is an item: a JSON value, or plain text; of a CSV or TSV file each row below the header, as an
  object of text. The words after ::: are items too, instead of an input. The function is called as (item, ctx) and
  its result, awaited, becomes one record of output.
  ctx: signal, id, key, attempt, slot, log(...), progress(fraction), throttle(ms), skip(reason).

Limits:
  An item that fails is tried again with -r; meanwhile others run. An error that carries retryAfter (ms) or the header
  Retry-After, in headers or response.headers, says itself how long to wait; ctx.throttle(ms) holds all others, too.
  With --per one field's items wait for each other and for nobody else: up to 10,000 items are read ahead.
  --timeout aborts ctx.signal: hand it to fetch and the like. A function that ignores it keeps its place until it ends.

Journal:
  With -J what becomes of each item is on record, and its result in the file of -o, before another item takes its place. After a crash, a reboot or a ctrl-C greenpool resume goes on: results are in the file once each, and what was
  running runs again. An item is known by what is in it, or by --key; equal items are counted. So the input may be
  extended, edited or put into another order meanwhile.

Bad input:
  A line or row that cannot be read is a failed item with its place, and the run goes on. A CSV header that lacks a
  name or has one twice is refused.

Envelopes:
  --envelope writes { id, source, line, item, status, result, error, reason, attempts, ms } for each item. status is
  done, with result; failed or cancelled, with error { name, message, code }; or skipped, with reason. The error of a
  line that cannot be read has its offset and an excerpt, and there is no item. stdin has no source.

Exit codes:
  0 all done   1 some items failed   2 wrong usage, module or input: nothing was started   3 halted by --halt
  4 the output could not be written, or the journal be used   70 an error outside of any item   75 stopped by a signal or --max-time, items left   130, 143 cancelled   141 pipe closed

Examples:
  $ greenpool check.ts < urls.ndjson > out.ndjson
  $ greenpool run images.ts#thumbnail -a photos.txt -j 4 -o out.ndjson
  $ greenpool people.ts -a people.csv --to csv --failed again.csv > out.csv
  $ greenpool crawl.ts -a urls.txt -j 50 --per host=4 --rate 100/s -r 3 --timeout 30s > pages.ndjson
  $ greenpool check.ts ::: https://a.example https://b.example
  $ greenpool fill.ts -a ids.csv -o rows.ndjson -J fill.gpj; greenpool resume fill.gpj`;

const EXEC_HELP = `
Placeholders, as in GNU parallel; without any the item is the last argument:
  {} the item   {.} without extension   {/} base name   {//} folder   {/.} base name without extension
  {#} number of the item, from 1   {%} slot it runs in, from 1   {name} a field of a JSON item or a CSV row
  The command gets its arguments as they are: no shell reads them.

Items:
  As in greenpool run --help: lines of input, rows of a CSV or TSV file, or the words after :::.

Exit codes:
  0 all done   1 some items failed   2 wrong usage or input: nothing was started   126 the command is not executable
  127 no such command   4, 70, 75, 130, 141, 143 as in greenpool run --help

Examples:
  $ greenpool exec -j 8 -- convert {} -resize 50% {.}.png ::: *.jpg
  $ greenpool exec --shell 'gzip -c "$1" | wc -c' --tag ::: *.txt`;

const RESUME_HELP = `
The command is the one that made the journal, given in the folder where it was given. The options here take the place
of its own. A run that read stdin is to be given the same input again.

What is done is left alone. What failed stays failed: greenpool retry runs it again. What was running when the run
ended runs again, or what --on-inflight says. If the function, or an option that changes what comes out, is not what
it was, nothing is started and the difference named; --force goes on all the same.

Exit codes are those of greenpool run; 4 also if the journal is in use, damaged or of another run.

Example:
  $ greenpool resume fill.gpj -j 4 --rate 10/s`;

const RETRY_HELP = `
As greenpool resume, for items that have failed. Results are added to the end of the output. What was never started is
left to greenpool resume. With --envelope, and of commands of exec, what an item left when it failed stays in the
output: the last of its records counts.

Example:
  $ greenpool retry fill.gpj --force -r 5`;
const REPORT_HELP = `
Items:
  Each comes once, as it ended last: in the order in which they ended, then those that have not. In json and csv an
  item has n, its number in the input; identity, its --key or a hash of it; status, which is done, failed, skipped,
  interrupted or running; attempts; start; ms; the bytes of its result; and where there is one an error, the beginning
  of the item, for failed ones only, or the reason why it was skipped.

Exit codes:
  0 reported, whatever became of the items   2 no journal   4 the journal or the report has lost something   141 pipe closed

Examples:
  $ greenpool report run.gpj
  $ greenpool report run.gpj --format junit -o report.xml
  $ greenpool report run.gpj --format csv | grep ,failed,`;

/** The parser, with all commands and their help. */
export function createProgram(verbs: Verbs, version: string): Command {
  const program = new Command('greenpool')
    .description('Runs a function of yours, or a command, over a stream of items, so many at a time.')
    .usage('[run] <module>[#export] [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', '\nThe options of a run: greenpool run --help; of commands: greenpool exec --help')
    .exitOverride()
    // The options of a command that `exec` starts are not ours.
    .enablePositionalOptions()
    // main.ts prints what was wrong, like any other mistake.
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  const run = program
    .command('run', { isDefault: true })
    .description('Runs a function over every item of the input (the default command).')
    .argument('[module]', 'a .ts, .mts, .js, .mjs or .cjs file; #name picks an export other than the default')
    .addHelpText('after', RUN_HELP)
    .action((module: string | undefined, given: Partial<RunOptions>) =>
      verbs.run(module, withInitials(RUN_OPTIONS, given)),
    );
  addOptions(run, RUN_OPTIONS);
  const exec = program
    .command('exec')
    .description('Runs a command for every item of the input.')
    .usage('[options] -- <command> [argument...] [::: item...]')
    .argument('[word...]', 'the command and its arguments')
    .passThroughOptions()
    .addHelpText('after', EXEC_HELP)
    .action((command: string[], given: Partial<ExecOptions>) =>
      verbs.exec(command, withInitials(EXEC_OPTIONS, given)),
    );
  addOptions(exec, EXEC_OPTIONS);
  addResume(program.command('resume'), (journal, given) => verbs.resume(journal, given, false))
    .description('Goes on with a run that was killed, stopped or halted.')
    .addHelpText('after', RESUME_HELP);
  addResume(program.command('retry'), (journal, given) => verbs.resume(journal, given, true))
    .description('Runs again what failed in a run, and nothing else.')
    .addHelpText('after', RETRY_HELP);
  addReport(program, verbs);
  addControl(program, verbs);
  return program;
}

function addResume(
  command: Command,
  action: (journal: string, given: Partial<ResumeOptions>) => Promise<void>,
): Command {
  command.argument('<journal>', 'the folder that was given with -J').action(action);
  // What is not given is as it was, not as it is by default.
  addOptions(command, RESUME_OPTIONS, { hasDefaults: false });
  return command;
}

function addReport(program: Command, verbs: Verbs): void {
  const report = program
    .command('report')
    .description('Tells from a journal what became of each item; also while the run goes on.')
    .argument('<journal>', 'the folder that -J named')
    .addHelpText('after', REPORT_HELP)
    .action((journal: string, given: Partial<ReportOptions>) =>
      verbs.report(journal, withInitials(REPORT_OPTIONS, given)),
    );
  addOptions(report, REPORT_OPTIONS);
}

function addControl(program: Command, verbs: Verbs): void {
  program
    .command('ctl')
    .description('Changes a run that is under way.')
    .usage('<run> size=N | rate=R | pause | resume | drain | cancel ID')
    // Not required here: what is missing is told with the runs there are.
    .argument('[run]', 'a process id, or the folder of a journal')
    .argument('[change...]', 'what is to become of it')
    .addHelpText('after', CTL_HELP)
    .action((run: string | undefined, change: string[]) => verbs.ctl(run, change));
  const status = program
    .command('status')
    .description('Lists the runs of this user that are under way, or tells how one stands.')
    .argument('[run]', 'a process id, or the folder of a journal, also of a run that has ended')
    .addHelpText('after', STATUS_HELP)
    .action((run: string | undefined, given: Partial<StatusOptions>) =>
      verbs.status(run, withInitials(STATUS_OPTIONS, given)),
    );
  addOptions(status, STATUS_OPTIONS);
}

function addOptions<Options extends object>(
  command: Command,
  table: OptionTable<Options>,
  { hasDefaults } = { hasDefaults: true },
): void {
  for (const name in table) {
    const { flags, help, group, initial, initialText, choices, parse } = table[name];
    const option = new Option(flags, help).helpGroup(`${group}:`);
    // A default that is "nothing" or "no" is not worth a word in the help.
    const isWorthAWord = typeof initial === 'string' || (typeof initial === 'number' && initial !== 0);
    if (hasDefaults && isWorthAWord) option.default(initial, initialText);
    if (choices !== undefined) option.choices(choices);
    if (parse !== undefined)
      option.argParser((text, previous?: typeof initial) => parse(text, previous ?? initial));
    command.addOption(option);
  }
}

function withInitials<Options extends object>(table: OptionTable<Options>, given: Partial<Options>): Options {
  const initials: Partial<Options> = {};
  for (const name in table) initials[name] = table[name].initial;
  // The table has a row for every field, so every field is there.
  return { ...initials, ...given } as Options;
}
