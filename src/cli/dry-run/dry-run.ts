import { errorCode } from '../../loader/error-facts.ts';
import { CliError, describeSystemError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { ItemSource } from '../input/item.ts';
import { openItems, type RunInput } from '../input/open-items.ts';
import { ItemLimits } from '../limits/item-limits.ts';
import type { SessionOptions } from '../options.ts';
import { type FilesInUse, openStdoutSink, refuseFileInUse, type SinkStream } from '../output/byte-sink.ts';
import { outputFile } from '../output/open-sinks.ts';
import { checkWritable } from '../output/replace-file.ts';
import { formatCount } from '../progress/figures.ts';
import { progressSettings, startProgress } from '../progress/progress.ts';
import { guardEventLoop } from '../run/event-loop-guard.ts';
import { exitCodeOf, type StopSignal } from '../run/stop-signals.ts';
import type { Preview } from './preview.ts';
import { Survey } from './survey.ts';

/** What would be run, when all that can be wrong with the command itself has been checked. */
export interface DryRunParts {
  readonly input: RunInput;
  readonly inUse: FilesInUse;
  readonly preview: Preview;
  readonly stdout: SinkStream;
  readonly options: SessionOptions;
  readonly host: Host;
}

/** Reads the input to its end and tells what a run would do. Starts nothing and writes no file. */
export async function dryRun(parts: DryRunParts): Promise<ExitCode> {
  const { options, host } = parts;
  checkOutputs(options, parts.inUse);
  const sink = openStdoutSink(parts.stdout, parts.inUse);
  const limits = new ItemLimits(options);
  const survey = new Survey({ limits, preview: parts.preview, options });
  const reader = await openItems(parts.input, options, () => {});
  const { tally } = survey;
  const progress = await startProgress({ ...progressSettings(parts), tally, reader, pool: limits.pool });
  const watch = watchReader(reader, host);
  try {
    for await (const items of reader) for (const item of items) survey.take(item);
  } finally {
    progress.stop();
    watch.close();
  }
  const wasRead = await show(survey, parts, (text) => sink.write(text));
  if (wasRead) report(survey, parts, watch.signal !== undefined);
  const exitCode = wasRead ? exitCodeFor(survey, watch) : EXIT.pipeClosed;
  progress.end(exitCode);
  return exitCode;
}

// What a run would refuse, it refuses here; but nothing is made or emptied.
function checkOutputs(options: SessionOptions, inUse: FilesInUse): void {
  const [results, failed] = [outputFile(options), options.failed];
  for (const [file, other] of [
    [results, failed],
    [failed, results],
  ]) {
    const stats = file === undefined ? undefined : checkWritable(file);
    if (file !== undefined && stats !== undefined)
      refuseFileInUse(file, stats, { ...inUse, outputs: [other] });
  }
}

/** What may end the reading before the input does. */
interface ReaderWatch {
  readonly signal: StopSignal | undefined;
  readonly hasCrashed: boolean;
  close(): void;
}

/** The first signal ends the reading, so that what was read can be told; the second leaves. */
function watchReader(reader: ItemSource, host: Host): ReaderWatch {
  let first: StopSignal | undefined;
  const onSignal = (signal: StopSignal): void => {
    if (first !== undefined) {
      host.screen.setStatus('');
      host.leave(exitCodeOf(signal));
    }
    first = signal;
    reader.stop();
  };
  // The module is loaded, and may do things by itself.
  const guard = guardEventLoop(host, { cancel: () => reader.stop(), abandon() {} });
  host.events.on('SIGINT', onSignal);
  host.events.on('SIGTERM', onSignal);
  return {
    get signal() {
      return first;
    },
    get hasCrashed() {
      return guard.hasCrashed;
    },
    close() {
      guard.close();
      host.events.off('SIGINT', onSignal);
      host.events.off('SIGTERM', onSignal);
    },
  };
}

/** Shows the first items. False if nobody reads them. */
async function show(
  { shown }: Survey,
  { preview, options, host }: DryRunParts,
  write: (text: string) => Promise<void>,
): Promise<boolean> {
  if (shown.length === 0) return true;
  if (!options.quiet) host.screen.print(`greenpool: ${preview.what}:`);
  try {
    await write(`${shown.join('\n')}\n`);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EPIPE') return false;
    throw new CliError(`cannot write stdout: ${describeSystemError(error)}`, { exitCode: EXIT.outputLost });
  }
}

function report(survey: Survey, { options, host: { screen } }: DryRunParts, isPart: boolean): void {
  const table = survey.failures.render(screen.columns, 'would fail');
  if (table !== '') screen.print(table);
  if (options.quiet) return;
  for (const sentence of survey.describeLimits()) screen.print(`greenpool: ${sentence}`);
  if (options.journal !== undefined) {
    screen.print(`greenpool: ${options.journal} was not looked at: what it has as done is counted too`);
  }
  const { finished, ended } = survey.tally;
  const items = finished === 1 ? '1 item' : `${formatCount(finished)} items`;
  const bad = ended.failed > 0 ? `, ${formatCount(ended.failed)} bad` : '';
  screen.print(`greenpool: dry run: ${items}${isPart ? ' so far' : ''}${bad}; nothing was started`);
}

function exitCodeFor({ tally }: Survey, { signal, hasCrashed }: ReaderWatch): ExitCode {
  if (hasCrashed) return EXIT.internal;
  if (signal !== undefined) return exitCodeOf(signal);
  return tally.ended.failed > 0 ? EXIT.someFailed : EXIT.done;
}
