import { Timeout } from '../../errors.ts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { FailureTable } from '../failures/failure-table.ts';
import type { Host } from '../host.ts';
import { openItems } from '../input/open-items.ts';
import { ItemLimits } from '../limits/item-limits.ts';
import { loadGuarded } from '../module/guarded-load.ts';
import { findModule } from '../module/module-spec.ts';
import { RUN_OPTIONS } from '../options.ts';
import { printOut } from '../output/print-out.ts';
import { formatCount } from '../progress/figures.ts';
import { supportsColor, supportsStatusLine } from '../progress/terminal.ts';
import type { ItemFunction } from '../run/item-context.ts';
import { exitCodeOf } from '../run/stop-signals.ts';
import { Tally } from '../run/tally.ts';
import { formatValues, holdStdout } from '../run/user-output.ts';
import { type Watch, watchOver } from '../run/watch-over.ts';
import type { MeterClock } from '../tune/call-meter.ts';
import { FreshItems } from '../tune/fresh-items.ts';
import { suggest } from '../tune/suggestion.ts';
import type { TuneOptions } from '../tune/tune-options.ts';
import { renderJson, renderTable, type TuneReport } from '../tune/tune-report.ts';
import { TuneRun } from '../tune/tune-run.ts';
import { checkTogether } from './check-options.ts';
import { findInput, refuseTerminal } from './find-input.ts';
import type { RunWords } from './run.ts';

const SHORT_HELP = `usage: greenpool tune <module>[#export] [-a FILE...] [--max N]
       greenpool tune check.ts -a urls.txt --limit 500
       greenpool tune --help lists all options`;

const NEVER_EARLY = {
  halt: undefined,
  failFast: false,
  maxTime: undefined,
  patience: RUN_OPTIONS.grace.initial,
};

/** `greenpool tune`: measures the user's function with more and more calls at a time. */
export async function tuneCommand(
  { module, items }: RunWords,
  options: TuneOptions,
  host: Host,
): Promise<ExitCode> {
  if (module === undefined) throw new CliError(`no module given\n${SHORT_HELP}`);
  checkTogether(options, items);
  refuseTerminal(options, items, { stdin: host.stdin, help: SHORT_HELP });
  const spec = findModule(module);
  const held = holdStdout(host.stdout, (text) => host.screen.print(text));
  let measured: { readonly report: TuneReport; readonly code: ExitCode };
  try {
    const call = await loadGuarded(spec, host);
    const reader = await openItems(await findInput(options, items, host), options, () => {});
    const failures = new FailureTable();
    const fresh = new FreshItems(reader, (item) => failures.add(item, item.error));
    measured = await measure({ call, items: fresh, failures }, options, host);
  } finally {
    held.restore();
  }
  const { report, code } = measured;
  const printed = await printOut(host.stdout, options.json ? renderJson(report) : renderTable(report));
  return printed === EXIT.done ? code : printed;
}

interface Measurable {
  readonly call: ItemFunction;
  readonly items: FreshItems;
  readonly failures: FailureTable;
}

async function measure(
  { call, items, failures }: Measurable,
  options: TuneOptions,
  host: Host,
): Promise<{ report: TuneReport; code: ExitCode }> {
  const { screen, ticks } = host;
  const { rate, timeout, max, stepTime } = options;
  const tally = new Tally();
  const limits = new ItemLimits(
    { jobs: 1, rate, timeout },
    {
      name: 'greenpool tune',
      // An item's failure never reaches the pool, but for the time that it ran out of.
      onError: (error) => {
        if (!(error instanceof Timeout)) watch.guard.crash(error);
      },
    },
  );
  const run = new TuneRun({
    ...{ call, items, failures, limits, tally, max, stepTime },
    clock: clockOf(host),
    log: (...values) => screen.print(formatValues(values, supportsColor(host))),
    onStep: (size) => showStep(size, options, host),
  });
  const watch: Watch = watchOver(run, tally, NEVER_EARLY, host);
  const start = ticks.now();
  try {
    const measured = await run.run();
    const report = {
      ...measured,
      suggestion: suggest(measured),
      items: items.given,
      elapsed: ticks.now() - start,
    };
    return { report, code: exitCodeFor(watch, run, report) };
  } finally {
    screen.setStatus('');
    watch.close();
    const table = failures.render(screen.columns);
    if (table !== '') screen.print(table);
  }
}

function clockOf({ ticks }: Host): MeterClock {
  return {
    now: () => ticks.now(),
    watchLoop() {
      const start = performance.eventLoopUtilization();
      return () => performance.eventLoopUtilization(start).utilization;
    },
  };
}

function showStep(size: number, { quiet }: TuneOptions, host: Host): void {
  if (quiet) return;
  const text = `measuring ${formatCount(size)} at a time`;
  if (supportsStatusLine(host)) host.screen.setStatus(text);
  else host.screen.print(`greenpool: ${text}`);
}

function exitCodeFor(watch: Watch, run: TuneRun, { suggestion }: TuneReport): ExitCode {
  const { hasCrashed, cancelledBy } = watch.ends();
  if (hasCrashed) return EXIT.internal;
  if (cancelledBy !== undefined) return exitCodeOf(cancelledBy);
  if (run.isStopped) return EXIT.workLeft;
  return suggestion.jobs === undefined ? EXIT.someFailed : EXIT.done;
}
