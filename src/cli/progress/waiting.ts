import type { GreenPool } from '../../core/green-pool.ts';
import { printable } from '../failures/printable.ts';
import type { ItemSource } from '../input/item.ts';
import { formatCount } from './figures.ts';

/** What an item waits for: a slot, its time, a slot of its key, the end of a pause, its next attempt. */
type WaitReason = 'queued' | 'rate' | 'key' | 'paused' | 'backoff';

/** How many items wait for what, each for one thing. */
export type Waiting = Readonly<Record<WaitReason, number>>;

/** What waits, and what is known of it besides. */
interface Held {
  readonly waiting: Waiting;
  readonly keyName: string | undefined;
  readonly isPaused: boolean;
}

/** Counts what waits in the pool, and what was read and has yet to be given to it: that is behind others. */
export function countWaiting(
  pool: Pick<GreenPool, 'stats'>,
  reader: Pick<ItemSource, 'itemsWaiting'>,
): Waiting {
  const { waiting } = pool.stats();
  return {
    queued: waiting.queued + reader.itemsWaiting,
    rate: waiting['held:rate'],
    key: waiting['held:key'],
    paused: waiting['held:paused'],
    backoff: waiting.backoff,
  };
}

/** How many wait in all. */
export function totalOf({ queued, rate, key, paused, backoff }: Waiting): number {
  return queued + rate + key + paused + backoff;
}

/**
 * `200 rate`, `40 host`, `10 backoff`: what is waited for, most first, and last the mere turn. `keyName` is what people
 * call the key. Empty where all wait for their turn or for the end of the pause of the run: that says itself.
 */
export function describeReasons({ waiting, keyName, isPaused }: Held): string[] {
  if (isPaused) return [];
  const { queued, ...others } = waiting;
  const held = Object.entries(others)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  if (held.length === 0) return [];
  const all = queued > 0 ? [...held, ['queued', queued] as const] : held;
  return all.map(([reason, count]) => {
    const name = reason === 'key' ? printable(keyName ?? reason) : reason;
    return `${formatCount(count)} ${name}`;
  });
}
