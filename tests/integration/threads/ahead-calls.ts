import { setEnvironmentData } from 'node:worker_threads';
import type { GreenPool } from 'greenpool';
import { ahead, BOARD } from './library.ts';
import type { Deed } from './tasks/ahead.ts';

export type Act = readonly [deed: Deed, id: number];

/** Notes of the calls that make the task known. */
const KNOWN = 0;

/**
 * Makes `ahead.act` known to `pool`, which is new, as a task whose calls are short: what is submitted together from now on goes to a
 * thread together. Its threads write to `flags`, which are as new afterwards.
 */
export async function makeKnown(pool: GreenPool, flags: Int32Array): Promise<void> {
  setEnvironmentData(BOARD, flags as never);
  // The first ones take longer than those that follow.
  for (let count = 0; count < 20; count += 1) await pool.run(ahead.act, 'note', KNOWN);
  flags.fill(0);
}

/** Calls of `ahead.act`, submitted at once. */
export function submit(pool: GreenPool, acts: readonly Act[]): Promise<number>[] {
  return acts.map(([deed, id]) => pool.run(ahead.act, deed, id));
}

/** Calls that do nothing else than to note that they have begun. */
export function notes(from: number, to: number): Act[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => ['note', from + offset]);
}

/** What became of each: its result, or the code or message of its error. */
export async function outcomes(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((outcome) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    const { code, message } = outcome.reason as { code?: string; message: string };
    return code ?? message;
  });
}
