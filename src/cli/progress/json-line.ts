import type { ExitCode } from '../exit-codes.ts';
import { msLeft } from './progress-line.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The progress as one JSON object, for programs. What is not known is null, and `estimated` is there only if `total` is
 * an estimate. The last line of a run has `final` and its exit code.
 */
export function describeAsJson(snapshot: Snapshot, exitCode?: ExitCode): string {
  const { finished, expected, done, failed, skipped, cancelled, retried, running, waiting } = snapshot;
  const { perSecond, elapsed, isPaused } = snapshot;
  const etaMs = msLeft(snapshot);
  return JSON.stringify({
    time: new Date().toISOString(),
    finished,
    total: expected?.count ?? null,
    ...(expected?.isExact === false ? { estimated: true } : {}),
    done,
    failed,
    skipped,
    cancelled,
    retried,
    running,
    waiting,
    perSecond: perSecond === undefined ? null : Math.round(perSecond * 100) / 100,
    etaMs: etaMs === undefined ? null : Math.round(etaMs),
    elapsedMs: Math.round(elapsed),
    paused: isPaused,
    ...(exitCode === undefined ? {} : { final: true, exitCode }),
  });
}
