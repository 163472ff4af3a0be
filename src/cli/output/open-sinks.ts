import type { Host } from '../host.ts';
import type { RunOptions, SessionOptions } from '../options.ts';
import {
  type ByteSink,
  checkFile,
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
  /** Of results. */
  readonly encoding: RecordEncoding;
}

/** The way to stdout, and how results become bytes wherever they go. */
export interface ResultsTo {
  readonly host: Host;
  readonly stdout: SinkStream;
  readonly encoding?: RecordEncoding;
}

/** Checks that `openSinks` could open all files, and leaves what is in them: they may be those of a run that goes on. */
export function checkSinks(options: SessionOptions, inUse: FilesInUse): void {
  const { failed } = options;
  const file = outputFile(options);
  if (failed !== undefined) checkFile(failed, { ...inUse, outputs: [options.output] });
  if (file !== undefined) checkFile(file, { ...inUse, outputs: [failed] });
}

/** Opens all files of the output. The one with the results is emptied last. */
export function openSinks(options: SessionOptions, inUse: FilesInUse, to: ResultsTo): Sinks {
  return { ...openFailed(options, inUse, to), results: openResults(options, inUse, to) };
}

/** The file that results go into, if they go into one. */
export function outputFile({ output, to }: Pick<SessionOptions, 'output' | 'to'>): string | undefined {
  return to === 'none' || output === '-' ? undefined : output;
}

function openFailed(
  options: SessionOptions,
  inUse: FilesInUse,
  { encoding = 'utf8' }: ResultsTo,
): Omit<Sinks, 'results'> {
  const { failed, output } = options;
  if (failed === undefined) return { failed, encoding };
  const others = { ...inUse, outputs: [output] };
  return { failed: openFileSink(failed, others, failedLayout(options)), encoding };
}

/** What ends an item in the file of failed ones: what ends it in the input. */
export function failedSeparator({ from }: Pick<RunOptions, 'from'>): string {
  return from === 'nul' ? '\0' : '\n';
}

function openResults(
  options: SessionOptions,
  filesInUse: FilesInUse,
  { host, stdout, encoding = 'utf8' }: ResultsTo,
): ByteSink {
  const { to: format, failed } = options;
  const inUse = { ...filesInUse, outputs: [failed] };
  const file = outputFile(options);
  if (format === 'none') return new NullSink();
  const layout: RecordLayout = { countWhole: format === 'csv' ? countQuotedLines : countLines, encoding };
  // The journal opens it: what is in it may be results of an earlier session.
  if (file !== undefined && options.journal !== undefined) return new NullSink();
  if (file !== undefined) return openFileSink(file, inUse, layout);
  // Results that go to the terminal the bar is on take its place for a moment.
  const besideBar: SinkStream = (text, done) => host.screen.around(() => stdout(text, done), text.at(-1));
  return openStdoutSink(host.stdout.isTTY ? besideBar : stdout, inUse, layout);
}

function failedLayout(options: Pick<RunOptions, 'from'>): RecordLayout {
  const separator = failedSeparator(options).charCodeAt(0);
  return { countWhole: (bytes) => countLines(bytes, separator), encoding: 'latin1' };
}
