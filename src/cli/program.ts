import { Argument, Command, Option } from 'commander';
import { COMPLETION_HELP, SHELLS } from './completion/completion-help.ts';
import { EXEC_OPTIONS, type ExecOptions } from './exec-options.ts';
import { CTL_HELP, STATUS_HELP } from './help/ctl-help.ts';
import { EXEC_HELP } from './help/exec-help.ts';
import { wrapHelp } from './help/help-text.ts';
import { REPORT_HELP, RESUME_HELP, RETRY_HELP } from './help/journal-help.ts';
import { RUN_HELP } from './help/run-help.ts';
import { type OptionTable, RUN_OPTIONS, type RunOptions } from './options.ts';
import {
  REPORT_OPTIONS,
  type ReportOptions,
  STATUS_OPTIONS,
  type StatusOptions,
} from './report/report-options.ts';
import { RESUME_OPTIONS, type ResumeOptions } from './resume-options.ts';
import { TUNE_HELP, TUNE_OPTIONS, type TuneOptions } from './tune/tune-options.ts';

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
  tune(module: string | undefined, options: TuneOptions): Promise<void>;
  /** `program` has the commands and options to complete. */
  completion(shell: string | undefined, program: Command): Promise<void>;
}

/** The parser, with all commands and their help. */
export function createProgram(verbs: Verbs, version: string): Command {
  const program = new Command('greenpool')
    .description('Runs a function of yours, or a command, over a stream of items, so many at a time.')
    .usage('[run] <module>[#export] [options]\n       greenpool <command> [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'Shows the help of a command.')
    .configureHelp({ showGlobalOptions: false, subcommandTerm: (command) => command.name() })
    .addHelpText('after', '\nAll about a command and its options: greenpool <command> --help')
    .exitOverride()
    // The options of a command that `exec` starts are not ours.
    .enablePositionalOptions()
    // main.ts prints what was wrong, like any other mistake.
    .configureOutput({ outputError: () => {}, writeErr: () => {} });
  const run = program
    .command('run', { isDefault: true })
    .description('Runs a function over every item of the input (the default command).')
    .argument('[module]', 'a .ts, .mts, .js, .mjs or .cjs file; #name picks an export other than the default')
    .usage('<module>[#export] [options] [::: item...]')
    .action((module: string | undefined, given: Partial<RunOptions>) =>
      verbs.run(module, withInitials(RUN_OPTIONS, given)),
    );
  addOptions(run, RUN_OPTIONS);
  addText(run, RUN_HELP);
  const exec = program
    .command('exec')
    .description('Runs a command for every item of the input.')
    .usage('[options] -- <command> [argument...] [::: item...]')
    .argument('[command...]', 'the command and its arguments')
    .passThroughOptions()
    .action((command: string[], given: Partial<ExecOptions>) =>
      verbs.exec(command, withInitials(EXEC_OPTIONS, given)),
    );
  addOptions(exec, EXEC_OPTIONS);
  addText(exec, EXEC_HELP);
  addResume(program, verbs);
  addReport(program, verbs);
  addControl(program, verbs);
  addTune(program, verbs);
  addCompletion(program, verbs);
  return program;
}

function addResume(program: Command, verbs: Verbs): void {
  const add = (name: string, description: string, isRetry: boolean): Command => {
    const command = program
      .command(name)
      .description(description)
      .argument('<journal>', 'the folder that was given with -J')
      .action((journal: string, given: Partial<ResumeOptions>) => verbs.resume(journal, given, isRetry));
    // What is not given is as it was, not as it is by default.
    addOptions(command, RESUME_OPTIONS, { hasDefaults: false });
    return command;
  };
  addText(add('resume', 'Goes on with a run that was killed, stopped or halted.', false), RESUME_HELP);
  addText(add('retry', 'Runs again what failed in a run, and nothing else.', true), RETRY_HELP);
}

function addReport(program: Command, verbs: Verbs): void {
  const report = program
    .command('report')
    .description('Tells from a journal what became of each item; also while the run goes on.')
    .argument('<journal>', 'the folder that -J named')
    .action((journal: string, given: Partial<ReportOptions>) =>
      verbs.report(journal, withInitials(REPORT_OPTIONS, given)),
    );
  addOptions(report, REPORT_OPTIONS);
  addText(report, REPORT_HELP);
}

function addControl(program: Command, verbs: Verbs): void {
  const ctl = program
    .command('ctl')
    .description('Changes a run that is under way.')
    .usage('<run> size=N | rate=R | pause | resume | drain | cancel ID')
    // Not required here: what is missing is told with the runs there are.
    .argument('[run]', 'a process id, or the folder of a journal')
    .argument('[change...]', 'what is to become of it')
    .action((run: string | undefined, change: string[]) => verbs.ctl(run, change));
  addText(ctl, CTL_HELP);
  const status = program
    .command('status')
    .description('Lists the runs of this user that are under way, or tells how one stands.')
    .argument('[run]', 'a process id, or the folder of a journal, also of a run that has ended')
    .action((run: string | undefined, given: Partial<StatusOptions>) =>
      verbs.status(run, withInitials(STATUS_OPTIONS, given)),
    );
  addOptions(status, STATUS_OPTIONS);
  addText(status, STATUS_HELP);
}

function addTune(program: Command, verbs: Verbs): void {
  const tune = program
    .command('tune')
    .description('Measures how many calls at a time a function of yours is best run with.')
    .usage('<module>[#export] [options] [::: item...]')
    .argument('[module]', 'a .ts, .mts, .js, .mjs or .cjs file; #name picks an export other than the default')
    .action((module: string | undefined, given: Partial<TuneOptions>) =>
      verbs.tune(module, withInitials(TUNE_OPTIONS, given)),
    );
  addOptions(tune, TUNE_OPTIONS);
  addText(tune, TUNE_HELP);
}

function addCompletion(program: Command, verbs: Verbs): void {
  const completion = program
    .command('completion')
    .description('Prints a script by which a shell completes greenpool.')
    .usage(SHELLS.join('|'))
    .addArgument(new Argument('[shell]', 'the shell to print it for').choices(SHELLS))
    .action((shell: string | undefined) => verbs.completion(shell, program));
  addText(completion, COMPLETION_HELP);
}

// What commander takes, too, where nobody knows how wide the output is.
const DEFAULT_WIDTH = 80;

/** Sets a text below the options, as wide as they are. */
function addText(command: Command, text: string): void {
  command.addHelpText('after', () =>
    wrapHelp(text, command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH),
  );
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
