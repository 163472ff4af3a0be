import type { Host } from '../host.ts';
import type { RunOptions, SessionOptions } from '../options.ts';
import {
  type ByteSink,
  type FilesInUse,
  NullSink,
  openFileSink,
  openStdoutSink,
  type RecordEncoding,
  type RecordLayout,
  type SinkStream,
} from './byte-sink.ts';
import { countLines, countQuotedLines } from './whole-records.ts';

/** Where the output of a run goes. */
export interface Sinks {
  readonly results: ByteSink;
  readonly failed: ByteSink | undefined;
}

/** The way to stdout, and how results become bytes wherever they go. */
export interface ResultsTo {
  readonly host: Host;
  readonly stdout: SinkStream;
  readonly encoding?: RecordEncoding;
}

/** Opens all files of the output. The one with the results is emptied last. */
export function openSinks(options: SessionOptions, inUse: FilesInUse, to: ResultsTo): Sinks {
  const { failed, output } = options;
  const failedSink =
    failed === undefined
      ? undefined
      : openFileSink(failed, { ...inUse, outputs: [output] }, failedLayout(options));
  return { failed: failedSink, results: openResults(options, { ...inUse, outputs: [failed] }, to) };
}

/** What ends an item in the file of failed ones: what ends it in the input. */
export function failedSeparator({ from }: Pick<RunOptions, 'from'>): string {
  return from === 'nul' ? '\0' : '\n';
}

function openResults(
  { output, to: format }: SessionOptions,
  inUse: FilesInUse,
  { host, stdout, encoding = 'utf8' }: ResultsTo,
): ByteSink {
  if (format === 'none') return new NullSink();
  const layout: RecordLayout = { countWhole: format === 'csv' ? countQuotedLines : countLines, encoding };
  if (output !== undefined && output !== '-') return openFileSink(output, inUse, layout);
  // Results that go to the terminal the bar is on take its place for a moment.
  const besideBar: SinkStream = (text, done) => host.screen.around(() => stdout(text, done), text.at(-1));
  return openStdoutSink(host.stdout.isTTY ? besideBar : stdout, inUse, layout);
}

function failedLayout(options: Pick<RunOptions, 'from'>): RecordLayout {
  const separator = failedSeparator(options).charCodeAt(0);
  return { countWhole: (bytes) => countLines(bytes, separator), encoding: 'latin1' };
}
