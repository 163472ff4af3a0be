import { GreenPool } from '../../core/green-pool.ts';
import { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import type { ItemSource } from '../input/item.ts';
import { firstIdOf, openItems, type RunInput } from '../input/open-items.ts';
import type { SessionOptions } from '../options.ts';
import type { Sinks } from '../output/open-sinks.ts';
import { createOutputs, type Outputs } from '../output/outputs.ts';
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
  readonly input: RunInput;
  readonly sinks: Sinks;
  readonly options: SessionOptions;
  readonly host: Host;
}

/** Puts a run together, watches over it and tells how it ended. */
export async function runSession(parts: SessionParts): Promise<{ end: RunEnd; failures: FailureTable }> {
  const { host, options } = parts;
  const tally = new Tally();
  const failures = new FailureTable();
  let writeError: RunEnd['writeError'];
  const outputs = await createOutputs({
    options,
    sinks: parts.sinks,
    firstId: firstIdOf(options),
    now: () => host.ticks.now(),
    onFailure(error, name) {
      writeError ??= { error, name, written: outputs.writer.recordsWritten };
      // What still runs could not tell anybody what came of it.
      run.cancel(error);
      run.abandon(error);
    },
  });
  const { writer, failedItems } = outputs;
  const reader = await openItems(parts.input, options, (header, source) =>
    failedItems?.setHeader(header, source),
  );
  const work = parts.work(outputs);
  const run = createRun(parts, { tally, failures, work, reader, outputs }, (error) => guard.crash(error));
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
  const { cancelledBy } = stop;
  const elapsed = host.ticks.now() - start;
  const failedLost = failedItems?.lost ?? 0;
  const end = { tally, elapsed, writeError, hasCrashed, cancelledBy, hasWorkLeft, firstLeft, failedLost };
  return { end, failures };
}

interface Stages {
  readonly tally: Tally;
  readonly failures: FailureTable;
  readonly work: Work;
  readonly reader: ItemSource;
  readonly outputs: Outputs;
}

function createRun(parts: SessionParts, stages: Stages, onCrash: (error: unknown) => void): ItemRun {
  const { options, host } = parts;
  const { tally, failures, work, reader, outputs } = stages;
  const hasColor = supportsColor(host);
  return new ItemRun({
    // An item's failure never reaches the pool: what does is a mistake of ours.
    pool: new GreenPool(options.jobs, { name: 'greenpool run', onError: onCrash }),
    results: outputs.results,
    failedItems: outputs.failedItems,
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
