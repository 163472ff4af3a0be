import type { GreenThread } from '../../core/green-thread.ts';
import { Timeout } from '../../errors.ts';
import type { Item } from '../input/item.ts';
import type { ItemLimits } from '../limits/item-limits.ts';
import { type ItemContext, SkipItem } from './item-context.ts';
import type { Tally } from './tally.ts';
import type { Tries } from './tries.ts';

/** What running items share. */
export interface RunningItemHost {
  readonly tally: Tally;
  readonly log: (...values: unknown[]) => void;
  readonly limits: Pick<ItemLimits, 'hasTimeout' | 'keyOf' | 'throttle'>;
}

/**
 * One item while it runs. The methods are getters that make a function when asked: so they can be taken out of the
 * object, and the many functions that use none of them pay for none.
 */
export class RunningItem implements ItemContext {
  readonly attempt: number;
  readonly item: Item;
  readonly slot: number;
  readonly #host: RunningItemHost;
  readonly #thread: GreenThread<unknown> | undefined;
  #fraction = 0;
  #hasEnded = false;
  #skipReason: string | undefined;
  #cancellation: Error | undefined;

  constructor({ item, thread, before }: Tries, host: RunningItemHost, slot: number) {
    this.item = item;
    this.slot = slot;
    this.#host = host;
    this.#thread = thread;
    // Not later: it is the same thread for all attempts.
    this.attempt = before + (thread?.attempt ?? 1);
  }

  get id(): number {
    return this.item.id;
  }

  get signal(): AbortSignal {
    return this.#thread?.signal ?? new AbortController().signal;
  }

  get key(): unknown {
    return this.#host.limits.keyOf(this.item.value);
  }

  get throttle(): (ms: number) => void {
    return (ms) => this.#host.limits.throttle(ms, this.key);
  }

  get log(): (...values: unknown[]) => void {
    return this.#host.log;
  }

  get progress(): (fraction: number) => void {
    return (fraction) => this.#setFraction(checkedFraction(fraction));
  }

  get skip(): (reason?: string) => never {
    return (reason = 'no reason given') => {
      this.#skipReason = String(reason);
      throw new SkipItem(this.#skipReason);
    };
  }

  /** Why the function skipped its item; `undefined` if it did not. */
  get skipReason(): string | undefined {
    return this.#skipReason;
  }

  /** Of what this attempt has failed whatever its function comes to: its time is over, or somebody has cancelled it. */
  get verdict(): unknown {
    if (this.#cancellation !== undefined) return this.#cancellation;
    if (!this.#host.limits.hasTimeout) return undefined;
    // Not by the signal: to make one for each item takes longer than most functions.
    const reason = this.#thread?.told?.[0];
    return reason instanceof Timeout ? reason : undefined;
  }

  /** Lets the item fail of `error`, and aborts its signal. It keeps its slot until its function has ended. */
  cancel(error: Error): void {
    this.#cancellation ??= error;
    void this.#thread?.kill(error);
  }

  /** Whether the item is done with. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The item is done with: what its function still reports of it counts no more. False if it was so before. */
  end(): boolean {
    if (this.#hasEnded) return false;
    this.#setFraction(0);
    this.#hasEnded = true;
    return true;
  }

  #setFraction(fraction: number): void {
    if (this.#hasEnded) return;
    if (fraction === this.#fraction) return;
    this.#host.tally.partlyDone += fraction - this.#fraction;
    this.#fraction = fraction;
  }
}

export function checkedFraction(fraction: number): number {
  if (typeof fraction !== 'number' || Number.isNaN(fraction)) {
    throw new TypeError(`progress() takes a number from 0 to 1, not ${String(fraction)}`);
  }
  return Math.min(1, Math.max(0, fraction));
}
