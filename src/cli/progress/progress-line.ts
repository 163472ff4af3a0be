import { formatCount, formatDuration, formatRate } from './figures.ts';
import type { Snapshot } from './snapshot.ts';
import { describeReasons, totalOf } from './waiting.ts';

/** The share of the whole that is done, from 0 to 1; `undefined` while the whole is unknown. */
export function shareDone({ finished, partlyDone, expected }: Snapshot): number | undefined {
  if (expected === undefined || expected.count === 0) return undefined;
  return Math.min(1, (finished + partlyDone) / expected.count);
}

/** `450/~1,000`: what is done and, where anything is known of it, the whole; `~` marks an estimate. */
export function describeCount({ finished, expected }: Snapshot): string {
  if (expected === undefined) return `${formatCount(finished)} finished`;
  return `${formatCount(finished)}/${expected.isExact ? '' : '~'}${formatCount(expected.count)}`;
}

/** How long it will go on at this rate, in ms; `undefined` when nothing is known of it. */
export function msLeft({ finished, partlyDone, expected, perSecond }: Snapshot): number | undefined {
  if (expected === undefined || !perSecond) return undefined;
  return (Math.max(0, expected.count - finished - partlyDone) / perSecond) * 1000;
}

/** `10 s left`. */
export function describeRest(snapshot: Snapshot): string | undefined {
  const left = msLeft(snapshot);
  return left ? `${formatDuration(left)} left` : undefined;
}

/** One line for a log file: `greenpool: 450/~1,000 (45%), 120/s, 3 failed, 10 running, 250 waiting (240 rate, 10 backoff)`. */
export function describeProgress(snapshot: Snapshot): string {
  const share = shareDone(snapshot);
  const count = describeCount(snapshot);
  const parts = [
    share === undefined ? count : `${count} (${Math.floor(share * 100)}%)`,
    snapshot.perSecond === undefined ? undefined : formatRate(snapshot.perSecond),
    snapshot.failed === 0 ? undefined : `${formatCount(snapshot.failed)} failed`,
    `${formatCount(snapshot.running)} running`,
    describeWaiting(snapshot),
    snapshot.isPaused ? 'paused' : describeRest(snapshot),
  ];
  return `greenpool: ${parts.filter((part) => part !== undefined).join(', ')}`;
}

function describeWaiting(snapshot: Snapshot): string {
  const reasons = describeReasons(snapshot);
  return `${formatCount(totalOf(snapshot.waiting))} waiting${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`;
}
