import { CliError } from '../cli-error.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import { formatOfName, isRowFormat } from '../input/formats.ts';
import type { RunInput } from '../input/open-items.ts';
import { findSources } from '../input/source.ts';
import { loadGuarded } from '../module/guarded-load.ts';
import { findModule, isModuleName } from '../module/module-spec.ts';
import type { RunOptions } from '../options.ts';
import { openSinks } from '../output/open-sinks.ts';
import { formatCount } from '../progress/figures.ts';
import { describeEnd, describeWriteError, exitCodeFor, isPipeClosed, type RunEnd } from '../run/outcome.ts';
import { runSession } from '../run/session.ts';
import { holdStdout } from '../run/user-output.ts';
import { checkTogether } from './check-options.ts';

const SHORT_HELP = `usage: greenpool [run] <module>[#export] [-a FILE...] [-j N] [-k] [-o FILE]
       greenpool check.ts < urls.ndjson > out.ndjson
       greenpool check.ts ::: https://a.example https://b.example
       greenpool run --help lists all options`;

/** The command line of a run, parsed: its module and, where there is a `:::`, the words after it. */
export interface RunWords {
  readonly module: string | undefined;
  readonly items: readonly string[] | undefined;
}

/** `greenpool run`: the user's function over every item of the input. */
export async function runCommand(
  { module, items }: RunWords,
  options: RunOptions,
  host: Host,
): Promise<ExitCode> {
  if (module === undefined) throw new CliError(`no module given${hintAt(options.input)}\n${SHORT_HELP}`);
  checkTogether(options, items);
  if (items === undefined && options.input.length === 0 && host.stdin.isTTY) {
    throw new CliError(`no input: stdin is a terminal\n${SHORT_HELP}`);
  }
  const spec = findModule(module);
  const held = holdStdout(host.stdout, (text) => host.screen.print(text));
  try {
    // All that can be wrong with the command comes first, and the output file is emptied last of all.
    const call = await loadGuarded(spec, host);
    const input = await findInput(options, items, host);
    const inUse = { sources: input.sources, module: spec.path };
    const sinks = openSinks(options, inUse, { host, stdout: held.write });
    const { end, failures } = await runSession({ call, input, sinks, options, host });
    report(end, failures, { host, options });
    return exitCodeFor(end);
  } finally {
    held.restore();
  }
}

// `-a` takes all words up to the next option, so also a module that comes after the files.
function hintAt(input: readonly string[]): string {
  const taken = input.find((path) => isModuleName(path));
  return taken === undefined ? '' : `: -a took ${taken} for an input; put the module first`;
}

async function findInput(
  options: RunOptions,
  words: readonly string[] | undefined,
  { stdin }: Host,
): Promise<RunInput> {
  if (words !== undefined) return { sources: [], words };
  const { from, failed } = options;
  const sources = findSources(options.input, stdin);
  const hasRows = isRowFormat(from) || (from === 'auto' && sources.some(({ name }) => formatOfName(name)));
  if (hasRows) {
    // Loaded here: an input of lines does not wait for the parser of rows.
    const { checkInputs } = await import('../input/check-inputs.ts');
    checkInputs(sources, from, { forFailed: failed !== undefined });
  }
  return { sources, words };
}

function report(end: RunEnd, failures: FailureTable, to: { host: Host; options: RunOptions }): void {
  const { screen } = to.host;
  // Whoever closed the pipe has seen enough.
  if (isPipeClosed(end)) return;
  const table = failures.render(screen.columns);
  if (table !== '') screen.print(table);
  // Figures of what was done would hide that its results are lost.
  if (end.writeError !== undefined) screen.print(describeWriteError(end.writeError));
  else if (!to.options.quiet) screen.print(describeEnd(end));
  if (end.failedLost > 0) {
    const count = formatCount(end.failedLost);
    screen.print(`greenpool: not in ${to.options.failed}: ${count} failed that could not be read to the end`);
  }
}
