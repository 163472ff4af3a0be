import { CliError } from '../cli-error.ts';
import type { DryRunParts } from '../dry-run/dry-run.ts';
import { ArgumentTemplate, checkedArgument, type ItemPosition, textOf } from '../exec/argument-template.ts';
import { findCommand } from '../exec/command-path.ts';
import { ExecWork } from '../exec/exec-work.ts';
import { EXEC_OPTIONS, type ExecOptions } from '../exec-options.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { RunInput } from '../input/open-items.ts';
import type { ClaimedJournal } from '../journal/claim.ts';
import type { SinkStream } from '../output/byte-sink.ts';
import { checkSinks, openSinks } from '../output/open-sinks.ts';
import { runAndReport } from '../run/report.ts';
import type { WorkMaker } from '../run/work.ts';
import { checkJournal, checkTogether } from './check-options.ts';
import { checkPlaces } from './check-places.ts';
import { findInput, refuseTerminal } from './find-input.ts';
import { openSummary } from './open-summary.ts';

const SHORT_HELP = `usage: greenpool exec [-a FILE...] [-j N] [-k] [-o FILE] -- <command> [argument...] [::: item...]
       greenpool exec -j 8 -- convert {} -resize 50% {.}.png ::: *.jpg
       greenpool exec --help lists all options and placeholders`;

// What a command prints is bytes, text or not.
const ENCODING = 'latin1';

/** The command line of exec, parsed: the command with its arguments and, where there is a `:::`, the words after it. */
export interface ExecWords {
  readonly command: readonly string[];
  readonly items: readonly string[] | undefined;
}

/** `greenpool exec`: a command for every item of the input. */
export async function execCommand(
  { command, items }: ExecWords,
  options: ExecOptions,
  host: Host,
): Promise<ExitCode> {
  const wordsFor = planCommand(command, options, host);
  checkOutput(options);
  checkTogether(options, items);
  checkJournal(options);
  refuseTerminal(options, items, { stdin: host.stdin, help: SHORT_HELP });
  const input = await findInput(options, items, host);
  const inUse = { sources: input.sources };
  checkPlaces(options, inUse);
  const summary = await openSummary(options, inUse);
  if (options.dryRun) return await dryRun({ input, inUse, options, host }, wordsFor);
  checkSinks(options, inUse);
  const journal = await claim(command, input, { options, host });
  const sinks = openSinks(options, inUse, { host, stdout: stdoutOf(host), encoding: ENCODING });
  const work: WorkMaker = ({ writer }) => new ExecWork({ wordsFor, options, host, writer });
  return await runAndReport({ work, input, sinks, journal, summary, options, host });
}

async function dryRun(parts: Omit<DryRunParts, 'preview' | 'stdout'>, wordsFor: WordsFor): Promise<ExitCode> {
  // Loaded here: other runs do not wait for it.
  const [{ dryRun }, { commandPreview }] = await Promise.all([
    import('../dry-run/dry-run.ts'),
    import('../dry-run/command-preview.ts'),
  ]);
  const { stdout } = parts.host;
  return await dryRun({
    ...parts,
    preview: commandPreview(wordsFor),
    // Text, unlike what commands print.
    stdout: (text, done) => stdout.write(text, done),
  });
}

async function claim(
  command: readonly string[],
  input: RunInput,
  { options, host }: { readonly options: ExecOptions; readonly host: Host },
): Promise<ClaimedJournal | undefined> {
  if (options.journal === undefined) return undefined;
  // Loaded here: a run without a journal does not wait for it.
  const { claimFor } = await import('./claim-journal.ts');
  const line = options.shell ?? command.join(' ');
  // What reads alike may be other words: with blanks in them, or a line for the shell.
  const hash = JSON.stringify(options.shell === undefined ? command : { shell: line });
  const work = { verb: 'exec', module: line, hash, export: '' } as const;
  return await claimFor({ work, input, options, table: EXEC_OPTIONS }, host);
}

function stdoutOf({ stdout }: Host): SinkStream {
  return (text, done) => stdout.write(text, ENCODING, done);
}

type WordsFor = (item: unknown, position: ItemPosition) => string[];

function planCommand(command: readonly string[], { shell }: ExecOptions, { env }: Host): WordsFor {
  if (shell !== undefined) {
    if (command.length > 0) throw new CliError(`--shell takes the place of the command\n${SHORT_HELP}`);
    // `sh` is $0, by which the shell calls itself in its messages.
    const words = [SHELL, '-c', shell, 'sh'];
    return (item) => [...words, checkedArgument(textOf(item))];
  }
  if (command.length === 0) throw new CliError(`no command given\n${SHORT_HELP}`);
  const template = new ArgumentTemplate(command);
  const file = template.fixedCommand === undefined ? undefined : findCommand(template.fixedCommand, env.PATH);
  return (item, position) => {
    const [first = '', ...rest] = template.render(item, position);
    return [file ?? first, ...rest];
  };
}

const SHELL = '/bin/sh';

function checkOutput({ group, lineBuffer, ordered, journal }: ExecOptions): void {
  if (group && lineBuffer) throw new CliError('--group and --line-buffer exclude each other');
  if (ordered && lineBuffer) {
    throw new CliError('--ordered and --line-buffer exclude each other: lines that come have no order');
  }
  if (journal !== undefined && lineBuffer) {
    throw new CliError('--journal and --line-buffer exclude each other: lines that mix cannot be taken back');
  }
}
