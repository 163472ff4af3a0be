import { CliError } from '../cli-error.ts';
import { ask, type Heard } from '../control/ask.ts';
import { noSuchRun, processOf } from '../control/find-run.ts';
import type { LiveRunParts } from '../control/live-runs.ts';
import { parseChange } from '../control/parse-change.ts';
import { findPlaces } from '../control/places.ts';
import type { Change } from '../control/protocol.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';

const USAGE = `usage: greenpool ctl <run> size=N | rate=R | pause | resume | drain | cancel ID
       greenpool status lists the runs`;

/** `greenpool ctl`: changes a run that is under way, and says what is true of it now. */
export async function ctlCommand(
  run: string | undefined,
  words: readonly string[],
  host: Host,
): Promise<ExitCode> {
  if (run === undefined) throw new CliError(`no run given\n${USAGE}`);
  if (words.length === 0) throw new CliError(`what is to become of run ${run}?\n${USAGE}`);
  const change = parseChange(words);
  const parts = { places: findPlaces(host), ticks: host.ticks };
  const heard = await tell(await processOf(run, parts), change, parts);
  if (typeof heard === 'object' && 'now' in heard) {
    host.stdout.write(`${heard.now}\n`);
    return EXIT.done;
  }
  throw new CliError(describeRefusal(run, heard), { exitCode: EXIT.refused });
}

async function tell(pid: number, change: Change, parts: LiveRunParts): Promise<Exclude<Heard, 'nobody'>> {
  for (const { path } of parts.places.all().filter((place) => place.pid === pid)) {
    const heard = await ask(path, change, parts.ticks);
    if (heard !== 'nobody') return heard;
  }
  throw await noSuchRun(`no run listens as process ${pid}`, parts);
}

function describeRefusal(run: string, heard: Exclude<Heard, 'nobody'>): string {
  if (typeof heard === 'object' && 'refused' in heard) return heard.refused;
  return `run ${run} does not answer: its function may be computing, or it is of another version; try again`;
}
