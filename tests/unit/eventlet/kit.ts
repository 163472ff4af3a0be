import { GreenpoolError, type GreenThread, sleep, spawn, Timeout, withTimeout } from 'greenpool';
import { ManualClock, settle } from 'greenpool/testing';
import { expect, test } from 'vitest';

// More turns than any scenario needs at one moment: time only passes when nothing can go on without it.
const QUIET_TURNS = 24;
// Virtual milliseconds. All that happens in a scenario happens at a multiple of STEP; the longest one takes 400.
const STEP = 20;
const LONGEST = 1000;

/** The words in which a scenario is told. */
export interface Kit {
  /** One line: the parts joined by a space. */
  log(...parts: unknown[]): void;
  /** The same after `[T] `, the milliseconds since the start. */
  logt(...parts: unknown[]): void;
  /** A green thread of no pool. */
  go<R>(fn: () => R): GreenThread<Awaited<R>>;
  /** Logs the value of `fn()`, or the name of the error that it throws. */
  attempt(label: unknown, fn: () => unknown): Promise<void>;
  /** Runs `fn`; when it is still blocked after `ms`, abandons it and runs `otherwise`. */
  within(ms: number, fn: () => unknown, otherwise: () => void): Promise<void>;
}

/** An error of the user, told by its argument. */
export class Boom extends Error {}

/** Thrown by `take` at the end. */
class StopIteration extends Error {}

/** One behaviour observed on eventlet: `run` plays it in virtual time, and the log must be `expected`. */
export function scenario(
  id: string,
  title: string,
  run: (kit: Kit) => Promise<void>,
  expected: readonly string[],
): void {
  test(`${id}: ${title}`, async () => {
    const clock = new ManualClock();
    const uninstall = clock.install();
    try {
      expect(await play(run, clock)).toEqual(expected);
      expect(clock.pending).toBe(0);
    } finally {
      uninstall();
    }
  });
}

/** Lets all ready threads run once. */
export const turn = (): Promise<void> => sleep(0);

/** The next item, or `StopIteration` at the end. */
export async function take<T>(source: { next(): Promise<IteratorResult<T, undefined>> }): Promise<T> {
  const item = await source.next();
  if (item.done === true) throw new StopIteration();
  return item.value;
}

async function play(run: (kit: Kit) => Promise<void>, clock: ManualClock): Promise<string[]> {
  const lines: string[] = [];
  let isOver = false;
  const story = run(kitOf(lines, clock)).finally(() => {
    isOver = true;
  });
  // It is awaited below, once it is over.
  story.catch(() => {});
  await settle(QUIET_TURNS);
  while (!isOver && clock.now() < LONGEST) {
    await clock.advance(STEP);
    await settle(QUIET_TURNS);
  }
  if (!isOver) return [...lines, `still blocked after ${LONGEST} ms`];
  await story;
  return lines;
}

function kitOf(lines: string[], clock: ManualClock): Kit {
  const log = (...parts: unknown[]): void => {
    lines.push(parts.map(show).join(' '));
  };
  return {
    log,
    logt: (...parts) => log(`[${clock.now()}]`, ...parts),
    go: (fn) => spawn(fn),
    async attempt(label, fn) {
      try {
        log(label, '->', await fn());
      } catch (error) {
        log(label, 'raised', nameOf(error));
      }
    },
    async within(ms, fn, otherwise) {
      const limit = new Timeout(ms);
      try {
        await withTimeout(limit, fn);
      } catch (error) {
        if (error !== limit) throw error;
        otherwise();
      }
    },
  };
}

function show(part: unknown): string {
  return typeof part === 'object' ? JSON.stringify(part) : String(part);
}

function nameOf(error: unknown): string {
  if (error instanceof Boom) return `Boom:${error.message}`;
  // The base class itself says nothing; its code does.
  if (error instanceof GreenpoolError && error.constructor === GreenpoolError) return error.code;
  return (error as Error).constructor.name;
}
