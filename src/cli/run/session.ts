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
import { type Progress, progressSettings, startProgress } from '../progress/progress.ts';
import { supportsColor } from '../progress/terminal.ts';
import type { SummaryFile } from '../summary/summary-file.ts';
import { ItemRun } from './item-run.ts';
import type { RunEnd } from './outcome.ts';
import type { Overdue } from './overdue.ts';
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
  readonly summary?: SummaryFile | undefined;
  readonly options: SessionOptions;
  readonly host: Host;
}

/** A session that has ended. */
export interface EndedSession {
  readonly end: RunEnd;
  readonly failures: FailureTable;
  /** Stopped. */
  readonly progress: Progress;
}

/** Puts a run together, watches over it and tells how it ended. */
export async function runSession(parts: SessionParts): Promise<EndedSession> {
  const { host, options } = parts;
  const tally = new Tally();
  const failures = new FailureTable();
  let writeError: RunEnd['writeError'];
  let run: ItemRun | undefined;
  const outputs = await createOutputs({
    ...outputPartsOf(parts, tally),
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
  const patience = work.patience ?? options.grace;
  const overdue = await createOverdue(patience, parts);
  run = createRun(
    parts,
    { tally, failures, work, reader, outputs, overdue },
    {
      onCrash: (error) => watch.guard.crash(error),
      onFailure: () => watch.earlyEnd.countFailure(),
    },
  );
  const watch: Watch = watchOver(run, tally, { ...options, patience }, host);
  overdue?.attend(run);
  // It may have come before there was anything to stop.
  if (writeError !== undefined) run.drain();
  const start = host.ticks.now();
  const progress = await startProgress({ ...progressSettings(parts), tally, reader, pool: run.limits.pool });
  const control = openControl({ run, tally, reader, host });
  try {
    await run.run();
    await work.end?.();
    await outputs.close({ hasWorkLeft: run.hasWorkLeft || tally.ended.cancelled > 0 });
  } finally {
    control.close();
    progress.stop();
    overdue?.close();
    watch.close();
  }
  const end = {
    tally,
    elapsed: host.ticks.now() - start,
    writeError,
    ...watch.ends(),
    isStuck: overdue?.isStuck ?? false,
    hasWorkLeft: run.hasWorkLeft,
    firstLeft: run.firstLeft,
    journal: parts.journal?.folder,
    failedLost: outputs.failedItems?.lost ?? 0,
  };
  return { end, failures, progress };
}

type OutputParts = Omit<Parameters<typeof createOutputs>[0], 'onFailure'>;

function outputPartsOf({ options, sinks, journal, host }: SessionParts, tally: Tally): OutputParts {
  return { options, sinks, firstId: firstIdOf(options), tally, journal, now: () => host.ticks.now() };
}

async function createOverdue(
  patience: number,
  { options: { timeout }, host }: SessionParts,
): Promise<Overdue | undefined> {
  if (timeout === undefined) return undefined;
  // Loaded here: a run without a timeout does not wait for it.
  const { Overdue } = await import('./overdue.ts');
  return new Overdue({ timeout, patience, ticks: host.ticks, print: (text) => host.screen.print(text) });
}

interface Stages {
  readonly tally: Tally;
  readonly failures: FailureTable;
  readonly work: Work;
  readonly reader: ItemSource;
  readonly outputs: Outputs;
  readonly overdue: Overdue | undefined;
}

interface RunListeners {
  readonly onCrash: (error: unknown) => void;
  readonly onFailure: () => void;
}

function createRun(parts: SessionParts, stages: Stages, { onCrash, onFailure }: RunListeners): ItemRun {
  const { options, host } = parts;
  const { tally, failures, work, reader, outputs, overdue } = stages;
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
    overdue,
    onFailure,
    onCrash,
    log: (...values) => host.screen.print(formatValues(values, hasColor)),
    work,
    reader,
    tally,
    failures,
  });
}
