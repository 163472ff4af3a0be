import { availableParallelism } from 'node:os';
import { CliError } from '../cli-error.ts';
import type { DryRunParts } from '../dry-run/dry-run.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { RunInput } from '../input/open-items.ts';
import type { ClaimedJournal } from '../journal/claim.ts';
import { loadGuarded } from '../module/guarded-load.ts';
import { findModule, isModuleName, type ModuleSpec } from '../module/module-spec.ts';
import { RUN_OPTIONS, type RunOptions } from '../options.ts';
import { checkSinks, openSinks } from '../output/open-sinks.ts';
import type { ItemFunction } from '../run/item-context.ts';
import { runAndReport } from '../run/report.ts';
import { holdStdout } from '../run/user-output.ts';
import type { WorkMaker } from '../run/work.ts';
import { checkJournal, checkTogether } from './check-options.ts';
import { checkPlaces } from './check-places.ts';
import { findInput, refuseTerminal } from './find-input.ts';
import { openSummary } from './open-summary.ts';

const SHORT_HELP = `usage: greenpool [run] <module>[#export] [-a FILE...] [-j N] [-k] [-o FILE]
       greenpool check.ts < urls.ndjson > out.ndjson
       greenpool check.ts ::: https://a.example https://b.example
       greenpool run --help lists all options`;

/** The command line of a run, parsed: its module and, where there is a `:::`, the words after it. */
export interface RunWords {
  readonly module: string | undefined;
  readonly items: readonly string[] | undefined;
}

/** `greenpool run`: the user's function over every item of the input. */
export async function runCommand(
  { module, items }: RunWords,
  given: RunOptions,
  host: Host,
): Promise<ExitCode> {
  const options = { ...given, jobs: jobsOf(given) };
  if (module === undefined) throw new CliError(`no module given${hintAt(options.input)}\n${SHORT_HELP}`);
  checkTogether(options, items);
  checkJournal(options);
  refuseTerminal(options, items, { stdin: host.stdin, help: SHORT_HELP });
  const spec = findModule(module);
  const held = holdStdout(host.stdout, (text) => host.screen.print(text));
  try {
    // All that can be wrong with the command comes first, and the output file is emptied last of all.
    const call = await loadGuarded(spec, host);
    const input = await findInput(options, items, host);
    const inUse = { sources: input.sources, module: spec.path };
    checkPlaces(options, inUse);
    const summary = await openSummary(options, inUse);
    if (options.dryRun) return await dryRun({ input, inUse, stdout: held.write, options, host });
    checkSinks(options, inUse);
    const journal = await claim(spec, input, { options, host });
    const sinks = openSinks(options, inUse, { host, stdout: held.write });
    const work = await workFor(call, spec, { options, host });
    return await runAndReport({ work, input, sinks, journal, summary, options, host });
  } finally {
    held.restore();
  }
}

/** Each item at work has a thread of its own, where there are threads. */
function jobsOf({ jobs, threads, workers }: RunOptions): number {
  return workers ?? (threads ? Math.min(jobs, availableParallelism()) : jobs);
}

/** Calls the function here, or in threads. */
async function workFor(
  call: ItemFunction,
  spec: ModuleSpec,
  { options, host }: { readonly options: RunOptions; readonly host: Host },
): Promise<WorkMaker> {
  if (!options.threads && options.workers === undefined) return ({ records }) => ({ call, records });
  // Loaded here: a run without threads does without piscina.
  const { openThreads } = await import('../threads/thread-work.ts');
  return openThreads(spec, options, host);
}

async function dryRun(parts: Omit<DryRunParts, 'preview'>): Promise<ExitCode> {
  // Loaded here: other runs do not wait for it.
  const [{ dryRun }, { itemPreview }] = await Promise.all([
    import('../dry-run/dry-run.ts'),
    import('../dry-run/preview.ts'),
  ]);
  return await dryRun({ ...parts, preview: itemPreview });
}

async function claim(
  { path, exportName }: ModuleSpec,
  input: RunInput,
  { options, host }: { readonly options: RunOptions; readonly host: Host },
): Promise<ClaimedJournal | undefined> {
  if (options.journal === undefined) return undefined;
  // Loaded here: a run without a journal does not wait for it.
  const [{ claimFor }, { hashModule }] = await Promise.all([
    import('./claim-journal.ts'),
    import('../journal/spec.ts'),
  ]);
  const work = { verb: 'run', module: path, hash: await hashModule(path), export: exportName } as const;
  return await claimFor({ work, input, options, table: RUN_OPTIONS }, host);
}

// `-a` takes all words up to the next option, so also a module that comes after the files.
function hintAt(input: readonly string[]): string {
  const taken = input.find((path) => isModuleName(path));
  return taken === undefined ? '' : `: -a took ${taken} for an input; put the module first`;
}
