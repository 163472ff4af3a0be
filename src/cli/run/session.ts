import { GreenPool } from '../../core/green-pool.ts';
import { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import type { ItemSource } from '../input/item-source.ts';
import type { SessionOptions } from '../options.ts';
import type { ByteSink } from '../output/byte-sink.ts';
import { OrderedResults } from '../output/ordered-results.ts';
import { RecordWriter } from '../output/record-writer.ts';
import { UnorderedResults } from '../output/results.ts';
import { startProgress } from '../progress/progress.ts';
import { supportsColor, supportsStatusLine } from '../progress/terminal.ts';
import { type EventLoopGuard, guardEventLoop } from './event-loop-guard.ts';
import { ItemRun } from './item-run.ts';
import type { RunEnd } from './outcome.ts';
import { listenForStop } from './stop-signals.ts';
import { Tally } from './tally.ts';
import { formatValues } from './user-output.ts';
import type { Work, WorkMaker } from './work.ts';

/** What a run needs when all that can be wrong with the command has been checked. */
export interface SessionParts {
  readonly work: WorkMaker;
  readonly reader: ItemSource;
  readonly sink: ByteSink;
  readonly options: SessionOptions;
  readonly host: Host;
}

/** Puts a run together, watches over it and tells how it ended. */
export async function runSession(parts: SessionParts): Promise<{ end: RunEnd; failures: FailureTable }> {
  const { host, reader, sink } = parts;
  const tally = new Tally();
  const failures = new FailureTable();
  let writeError: RunEnd['writeError'];
  const writer = new RecordWriter(sink, (error) => {
    writeError = { error, name: sink.name, written: writer.recordsWritten };
    // What still runs could not tell anybody what came of it.
    run.cancel(error);
    run.abandon(error);
  });
  const work = parts.work(writer);
  const run = createRun(parts, { tally, failures, work, writer }, (error) => guard.crash(error));
  const guard: EventLoopGuard = guardEventLoop(host, run);
  const stop = listenForStop({
    run,
    signals: host.events,
    runningItems: () => tally.running,
    ticks: host.ticks,
    patience: work.patience,
    print: (text) => host.screen.print(text),
    leave: (code) => {
      guard.close();
      host.screen.setStatus('');
      host.leave(code);
    },
  });
  const start = host.ticks.now();
  const stopProgress = startProgress({ ...progressSettings(parts), host, tally, reader });
  try {
    await run.run();
    await work.end?.();
    await writer.close();
  } finally {
    stopProgress();
    stop.close();
    guard.close();
  }
  const { hasWorkLeft, firstLeft } = run;
  const { hasCrashed } = guard;
  const elapsed = host.ticks.now() - start;
  const end = {
    tally,
    elapsed,
    writeError,
    hasCrashed,
    cancelledBy: stop.cancelledBy,
    hasWorkLeft,
    firstLeft,
  };
  return { end, failures };
}

interface Stages {
  readonly tally: Tally;
  readonly failures: FailureTable;
  readonly work: Work;
  readonly writer: RecordWriter;
}

function createRun(parts: SessionParts, stages: Stages, onCrash: (error: unknown) => void): ItemRun {
  const { options, host, reader } = parts;
  const { tally, failures, work, writer } = stages;
  const hasColor = supportsColor(host);
  return new ItemRun({
    // An item's failure never reaches the pool: what does is a mistake of ours.
    pool: new GreenPool(options.jobs, { name: 'greenpool run', onError: onCrash }),
    results: options.ordered ? new OrderedResults(writer) : new UnorderedResults(writer),
    log: (...values) => host.screen.print(formatValues(values, hasColor)),
    work,
    reader,
    tally,
    failures,
  });
}

function progressSettings({ options, host }: SessionParts): {
  style: 'bar' | 'lines' | 'none';
  hasColor: boolean;
} {
  const hasColor = supportsColor(host);
  if (options.quiet || options.progress === 'none') return { style: 'none', hasColor };
  if (options.progress !== 'auto') return { style: options.progress, hasColor };
  return { style: supportsStatusLine(host) ? 'bar' : 'lines', hasColor };
}
