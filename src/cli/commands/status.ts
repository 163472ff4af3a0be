import { noSuchRun } from '../control/find-run.ts';
import { findLiveRuns, type LiveRun, type LiveRunParts } from '../control/live-runs.ts';
import { findPlaces } from '../control/places.ts';
import { statusTable } from '../control/status-table.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { StatusOptions } from '../report/report-options.ts';

/** `greenpool status`: how the runs of this user go; or one of them, or the run of a journal, also when it has ended. */
export async function statusCommand(
  run: string | undefined,
  options: StatusOptions,
  host: Host,
): Promise<ExitCode> {
  if (run !== undefined && !/^\d+$/.test(run)) {
    const { journalStatusCommand } = await import('./journal-status.ts');
    return await journalStatusCommand(run, options, host);
  }
  const parts = { places: findPlaces(host), ticks: host.ticks };
  const runs = run === undefined ? await findLiveRuns(parts) : [await oneRun(Number(run), parts)];
  host.stdout.write(`${options.json ? describeAsJson(runs) : describeAsTable(runs)}\n`);
  return EXIT.done;
}

async function oneRun(pid: number, parts: LiveRunParts): Promise<LiveRun> {
  const found = (await findLiveRuns(parts)).find((other) => other.pid === pid);
  if (found !== undefined) return found;
  throw await noSuchRun(`no run listens as process ${pid}`, parts);
}

function describeAsTable(runs: readonly LiveRun[]): string {
  return runs.length === 0 ? 'no live runs' : statusTable(runs);
}

function describeAsJson(runs: readonly LiveRun[]): string {
  return JSON.stringify(runs.map(({ pid, status }) => status ?? { pid, state: 'no answer' }));
}
