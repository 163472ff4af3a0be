import { rmSync } from 'node:fs';
import { printable } from '../failures/printable.ts';
import { type Processes, systemProcesses } from '../journal/process-identity.ts';
import type { Ticks } from '../ticks.ts';
import { ask } from './ask.ts';
import type { Place, Places } from './places.ts';
import type { RunStatus } from './protocol.ts';

/** A run that listens. */
export interface LiveRun extends Place {
  /** `undefined` when it does not answer: its function computes, or it speaks another version. */
  readonly status: RunStatus | undefined;
}

/** What the search for runs needs of the machine. */
export interface LiveRunParts {
  readonly places: Places;
  readonly ticks: Pick<Ticks, 'after'>;
  readonly processes?: Pick<Processes, 'isAlive'>;
}

/** All runs of this user that listen, the one that began first at the top. Sockets that dead ones left are removed. */
export async function findLiveRuns(parts: LiveRunParts): Promise<LiveRun[]> {
  const found = await Promise.all(parts.places.all().map((place) => look(place, parts)));
  return found
    .flat()
    .sort((a, b) => (a.status?.started ?? '').localeCompare(b.status?.started ?? '') || a.pid - b.pid);
}

async function look(place: Place, { ticks, processes = systemProcesses }: LiveRunParts): Promise<LiveRun[]> {
  const heard = await ask(place.path, { do: 'status' }, ticks);
  if (heard === 'nobody') {
    // A process that lives may be about to listen.
    if (!processes.isAlive({ pid: place.pid, birth: '' })) rmSync(place.path, { force: true });
    return [];
  }
  return [{ ...place, status: typeof heard === 'object' && 'status' in heard ? heard.status : undefined }];
}

/** What to say to somebody who has named a run that is not there. */
export function describeLiveRuns(runs: readonly LiveRun[], places: Places): string {
  if (runs.length === 0) return `no run of this user listens in ${places.description}`;
  const lines = runs.map(
    ({ pid, status }) => `  ${pid}  ${status ? printable(status.command) : 'no answer'}`,
  );
  return `live runs are:\n${lines.join('\n')}`;
}
