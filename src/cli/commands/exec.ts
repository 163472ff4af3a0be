import { CliError } from '../cli-error.ts';
import { ArgumentTemplate, checkedArgument, type ItemPosition, textOf } from '../exec/argument-template.ts';
import { findCommand } from '../exec/command-path.ts';
import { ExecWork } from '../exec/exec-work.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import { ArgumentItems, splitArguments } from '../input/arguments.ts';
import { ItemReader } from '../input/item-reader.ts';
import type { ItemSource } from '../input/item-source.ts';
import { findSources, type InputSource } from '../input/source.ts';
import type { ExecOptions } from '../options.ts';
import { type ByteSink, openFileSink, openStdoutSink, type SinkStream } from '../output/byte-sink.ts';
import { exitCodeFor } from '../run/outcome.ts';
import { report } from '../run/report.ts';
import { runSession } from '../run/session.ts';

const SHORT_HELP = `usage: greenpool exec [-a FILE...] [-j N] [-k] [-o FILE] -- <command> [argument...] [::: item...]
       greenpool exec -j 8 -- convert {} -resize 50% {.}.png ::: *.jpg
       greenpool exec --help lists all options and placeholders`;

// What a command prints is bytes, text or not.
const ENCODING = 'latin1';

/** `greenpool exec`: a command for every item of the input. */
export async function execCommand(
  words: readonly string[],
  options: ExecOptions,
  host: Host,
): Promise<ExitCode> {
  const { command, items } = splitArguments(words);
  const wordsFor = planCommand(command, options, host);
  checkOptions(options);
  const { reader, sources } = findItems(items, options, host);
  const sink = openSink(options, sources, host);
  const { end, failures } = await runSession({
    work: (writer) => new ExecWork({ wordsFor, options, host, writer }),
    reader,
    sink,
    options,
    host,
  });
  report(end, failures, { host, isQuiet: options.quiet });
  return exitCodeFor(end);
}

function planCommand(
  command: readonly string[],
  { shell }: ExecOptions,
  { env }: Host,
): (item: unknown, position: ItemPosition) => string[] {
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

function checkOptions({ group, lineBuffer, ordered }: ExecOptions): void {
  if (group && lineBuffer) throw new CliError('--group and --line-buffer exclude each other');
  if (ordered && lineBuffer) {
    throw new CliError('--ordered and --line-buffer exclude each other: lines that come have no order');
  }
}

function findItems(
  items: readonly string[] | undefined,
  { input, from }: ExecOptions,
  { stdin }: Host,
): { reader: ItemSource; sources: readonly InputSource[] } {
  if (items !== undefined) {
    if (input.length > 0) throw new CliError('items after ::: and --input exclude each other');
    return { reader: new ArgumentItems(items), sources: [] };
  }
  if (input.length === 0 && stdin.isTTY) {
    throw new CliError(`no input: stdin is a terminal\n${SHORT_HELP}`);
  }
  const sources = findSources(input, stdin);
  return { reader: new ItemReader(sources, from), sources };
}

function openSink(
  { output }: ExecOptions,
  sources: readonly InputSource[],
  { stdout, screen }: Host,
): ByteSink {
  if (output !== undefined && output !== '-') return openFileSink(output, { sources }, ENCODING);
  const plain: SinkStream = (text, done) => stdout.write(text, ENCODING, done);
  // Output that goes to the terminal the bar is on takes its place for a moment.
  const besideBar: SinkStream = (text, done) => screen.around(() => plain(text, done), text.at(-1));
  return openStdoutSink(stdout.isTTY ? besideBar : plain, { sources }, ENCODING);
}
