import type { Clock } from '../primitives/clock.ts';
import type { Executor } from './executor.ts';
import type { OnError } from './failures.ts';
import type { GreenThread } from './green-thread.ts';
import type { Crew } from './lending.ts';
import type { Line } from './wait-line.ts';

/** A map with work under way: it ends with its pool, takes nothing new when the pool is closed, and more when it grows. */
export interface OpenMap {
  end(reason: unknown): void;
  refuse(): void;
  pump(): void;
}

/** One kill of a whole pool. */
export interface Kill {
  readonly reason: unknown;
}

/** Who made a thread, when it was no plain `spawn`. */
export interface Origin {
  /** The callers it stands in line with. */
  readonly crew?: Crew;
  /** The outcome is known: once, when waiters learn of it. */
  settled(thread: GreenThread<unknown>): void;
}

/** What a pool is made of, checked and complete. */
export interface CoreOptions {
  readonly size: number;
  readonly name: string | undefined;
  readonly onError: OnError;
  readonly context: boolean;
  readonly yieldEvery: number;
  readonly clock: Clock;
  /** Where tasks run: in this process, unless it says otherwise. */
  readonly executor?: Executor;
  /** Where callers wait while the pool has no limits. */
  readonly line?: Line<GreenThread<unknown>>;
}
