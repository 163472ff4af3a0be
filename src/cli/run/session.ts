import { Timeout } from '../../errors.ts';
import { openControl } from '../control/open-control.ts';
import { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import type { ItemSource } from '../input/item.ts';
import { firstIdOf, openItems, type RunInput } from '../input/open-items.ts';
import type { ClaimedJournal } from '../journal/claim.ts';
import { ItemLimits } from '../limits/item-limits.ts';
import type { SessionOptions } from '../options.ts';
import type { Sinks } from '../output/open-sinks.ts';
import type { Outputs } from '../output/output-parts.ts';
import { createOutputs } from '../output/outputs.ts';
import { startProgress } from '../progress/progress.ts';
import { supportsColor, supportsStatusLine } from '../progress/terminal.ts';
import { ItemRun } from './item-run.ts';
import type { RunEnd } from './outcome.ts';
import { Tally } from './tally.ts';
import { formatValues } from './user-output.ts';
import { type Watch, watchOver } from './watch-over.ts';
import type { Work, WorkMaker } from './work.ts';

/** What a run needs when all that can be wrong with the command has been checked. */
export interface SessionParts {
  readonly work: WorkMaker;
  readonly input: RunInput;
  readonly sinks: Sinks;
  readonly journal?: ClaimedJournal | undefined;
  readonly options: SessionOptions;
  readonly host: Host;
}

/** Puts a run together, watches over it and tells how it ended. */
export async function runSession(parts: SessionParts): Promise<{ end: RunEnd; failures: FailureTable }> {
  const { host, options } = parts;
  const tally = new Tally();
  const failures = new FailureTable();
  let writeError: RunEnd['writeError'];
  let run: ItemRun | undefined;
  const outputs = await createOutputs({
    options,
    sinks: parts.sinks,
    firstId: firstIdOf(options),
    tally,
    journal: parts.journal,
    now: () => host.ticks.now(),
    onFailure(error, name) {
      writeError ??= { error, name, written: outputs.recordsWritten() };
      // What still runs could not tell anybody what came of it.
      run?.cancel(error);
      run?.abandon(error);
    },
  });
  const reader = await openItems(parts.input, options, (header, source) =>
    outputs.failedItems?.setHeader(header, source),
  );
  const work = parts.work(outputs);
  run = createRun(
    parts,
    { tally, failures, work, reader, outputs },
    {
      onCrash: (error) => watch.guard.crash(error),
      onFailure: () => watch.earlyEnd.countFailure(),
    },
  );
  const watch: Watch = watchOver(run, tally, { ...options, patience: work.patience }, host);
  // It may have come before there was anything to stop.
  if (writeError !== undefined) run.drain();
  const start = host.ticks.now();
  const stopProgress = startProgress({
    ...progressSettings(parts),
    host,
    tally,
    reader,
    pool: run.limits.pool,
  });
  const control = openControl({ run, tally, reader, host });
  try {
    await run.run();
    await work.end?.();
    await outputs.close({ hasWorkLeft: run.hasWorkLeft || tally.ended.cancelled > 0 });
  } finally {
    control.close();
    stopProgress();
    watch.close();
  }
  const end = {
    tally,
    elapsed: host.ticks.now() - start,
    writeError,
    ...howItStopped(watch, run),
    journal: parts.journal?.folder,
    failedLost: outputs.failedItems?.lost ?? 0,
  };
  return { end, failures };
}

type Stop = Pick<RunEnd, 'hasCrashed' | 'cancelledBy' | 'isHalted' | 'hasWorkLeft' | 'firstLeft'>;

function howItStopped({ guard, stop, earlyEnd }: Watch, run: ItemRun): Stop {
  return {
    hasCrashed: guard.hasCrashed,
    cancelledBy: stop.cancelledBy,
    isHalted: earlyEnd.isHalted,
    hasWorkLeft: run.hasWorkLeft,
    firstLeft: run.firstLeft,
  };
}

interface Stages {
  readonly tally: Tally;
  readonly failures: FailureTable;
  readonly work: Work;
  readonly reader: ItemSource;
  readonly outputs: Outputs;
}

interface RunListeners {
  readonly onCrash: (error: unknown) => void;
  readonly onFailure: () => void;
}

function createRun(parts: SessionParts, stages: Stages, { onCrash, onFailure }: RunListeners): ItemRun {
  const { options, host } = parts;
  const { tally, failures, work, reader, outputs } = stages;
  const hasColor = supportsColor(host);
  return new ItemRun({
    limits: new ItemLimits(options, {
      name: 'greenpool run',
      // An item's failure never reaches the pool, but for the time that it ran out of: what does is a mistake of ours.
      onError: (error) => {
        if (!(error instanceof Timeout)) onCrash(error);
      },
    }),
    results: outputs.results,
    journal: outputs.journal,
    onFailure,
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
