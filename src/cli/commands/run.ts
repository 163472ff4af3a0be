import { CliError } from '../cli-error.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import { ItemReader } from '../input/item-reader.ts';
import { findSources } from '../input/source.ts';
import { loadGuarded } from '../module/guarded-load.ts';
import { findModule, isModuleName } from '../module/module-spec.ts';
import type { RunOptions } from '../options.ts';
import {
  type ByteSink,
  type FilesInUse,
  NullSink,
  openFileSink,
  openStdoutSink,
  type SinkStream,
} from '../output/byte-sink.ts';
import { encodeRecord } from '../output/encode.ts';
import { exitCodeFor } from '../run/outcome.ts';
import { report } from '../run/report.ts';
import { runSession } from '../run/session.ts';
import { type HeldStdout, holdStdout } from '../run/user-output.ts';

const SHORT_HELP = `usage: greenpool [run] <module>[#export] [-a FILE...] [-j N] [-k] [-o FILE]
       greenpool check.ts < urls.ndjson > out.ndjson
       greenpool run --help lists all options`;

/** `greenpool run`: the user's function over every item of the input. */
export async function runCommand(
  module: string | undefined,
  options: RunOptions,
  host: Host,
): Promise<ExitCode> {
  if (module === undefined) throw new CliError(`no module given${hintAt(options.input)}\n${SHORT_HELP}`);
  if (options.input.length === 0 && host.stdin.isTTY) {
    throw new CliError(`no input: stdin is a terminal\n${SHORT_HELP}`);
  }
  const spec = findModule(module);
  const held = holdStdout(host.stdout, (text) => host.screen.print(text));
  try {
    // All that can be wrong with the command comes first, and the output file is emptied last of all.
    const call = await loadGuarded(spec, host);
    const sources = findSources(options.input, host.stdin);
    const sink = openSink(options, { sources, module: spec.path }, { host, held });
    const { end, failures } = await runSession({
      work: () => ({ call, encode: encodeRecord }),
      reader: new ItemReader(sources, options.from),
      sink,
      options,
      host,
    });
    report(end, failures, { host, isQuiet: options.quiet });
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

function openSink(
  options: RunOptions,
  inUse: FilesInUse,
  { host: { stdout, screen }, held }: { host: Host; held: HeldStdout },
): ByteSink {
  if (options.to === 'none') return new NullSink();
  if (options.output !== undefined && options.output !== '-') return openFileSink(options.output, inUse);
  // Results that go to the terminal the bar is on take its place for a moment.
  const besideBar: SinkStream = (text, done) => screen.around(() => held.write(text, done));
  return openStdoutSink(stdout.isTTY ? besideBar : held.write, inUse);
}
