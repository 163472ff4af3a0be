import { CliError } from '../cli-error.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import { findSources, type InputSource } from '../input/source.ts';
import { loadFunction } from '../module/load-function.ts';
import type { RunOptions } from '../options.ts';
import { type ByteSink, NullSink, openFileSink, openStdoutSink } from '../output/byte-sink.ts';
import { describeEnd, describeWriteError, exitCodeFor, isPipeClosed, type RunEnd } from '../run/outcome.ts';
import { runSession } from '../run/session.ts';
import { redirectConsole } from '../run/user-output.ts';

const SHORT_HELP = `usage: greenpool [run] <module>[#export] [-a FILE...] [-j N] [-k] [-o FILE]
       greenpool check.ts < urls.ndjson > out.ndjson
       greenpool run --help lists all options`;

/** `greenpool run`: the user's function over every item of the input. */
export async function runCommand(
  module: string | undefined,
  options: RunOptions,
  host: Host,
): Promise<ExitCode> {
  if (module === undefined) throw new CliError(`no module given\n${SHORT_HELP}`);
  if (options.input.length === 0 && host.stdin.isTTY) {
    throw new CliError(`no input: stdin is a terminal\n${SHORT_HELP}`);
  }
  const restoreConsole = redirectConsole((text) => host.screen.print(text));
  try {
    // All that can be wrong with the command comes first, and the output file is emptied last of all.
    const call = await loadFunction(module);
    const sources = findSources(options.input, host.stdin);
    const sink = openSink(options, sources, host);
    const { end, failures } = await runSession({ call, sources, sink, options, host });
    report(end, failures, { host, isQuiet: options.quiet });
    return exitCodeFor(end);
  } finally {
    restoreConsole();
  }
}

function openSink(options: RunOptions, sources: readonly InputSource[], host: Host): ByteSink {
  if (options.to === 'none') return new NullSink();
  if (options.output !== undefined && options.output !== '-') return openFileSink(options.output, sources);
  const { stdout, screen } = host;
  return openStdoutSink(stdout, (write) => (stdout.isTTY ? screen.around(write) : write()));
}

function report(end: RunEnd, failures: FailureTable, to: { host: Host; isQuiet: boolean }): void {
  const { screen } = to.host;
  // Whoever closed the pipe has seen enough.
  if (isPipeClosed(end)) return;
  const table = failures.render(screen.columns);
  if (table !== '') screen.print(table);
  // Figures of what was done would hide that its results are lost.
  if (end.writeError !== undefined) screen.print(describeWriteError(end.writeError));
  else if (!to.isQuiet) screen.print(describeEnd(end));
}
