import { GreenPool } from '../../core/green-pool.ts';
import type { RateOptions } from '../../core/limits/rate.ts';
import { type GreenPoolOptions, replaceRate, type WithOptions } from '../../core/options.ts';
import { isContextWanted } from '../../primitives/context.ts';
import { ExitError } from '../failures/exit-error.ts';
import { ItemError } from '../failures/item-error.ts';
import { fieldOf, type PerField } from './field.ts';
import { isOneOf } from './retry-on.ts';

/** What the command line said of when an item may start, how long it may take and how often it is tried. */
export interface LimitOptions {
  readonly jobs: number;
  readonly per?: PerField | undefined;
  readonly rate?: RateOptions | undefined;
  readonly weight?: string | undefined;
  readonly priority?: string | undefined;
  readonly timeout?: number | undefined;
  readonly retries?: number;
  readonly backoff?: number;
  readonly retryOn?: readonly string[] | undefined;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** The limits of a run: those of its pool, and what of them depends on the item. */
export class ItemLimits {
  readonly #options: LimitOptions;
  readonly pool: GreenPool;
  #rate: RateOptions | undefined;
  /** The most slots there have been. */
  #mostSlots: number;
  #awake: NodeJS.Timeout | undefined;

  constructor(options: LimitOptions, poolOptions: Pick<GreenPoolOptions, 'name' | 'onError' | 'clock'> = {}) {
    const { jobs, rate, per, timeout } = options;
    this.#options = options;
    this.#rate = rate;
    this.#mostSlots = jobs;
    const perKey = per && { limit: per.limit };
    // The user's module was loaded before: if it did not bring greenpool along, nobody depends on the context.
    const context = isContextWanted();
    this.pool = new GreenPool(jobs, { ...poolOptions, context, rate, perKey, timeout });
  }

  /** Whether one item may have to wait while later ones can start. */
  get isPerItem(): boolean {
    const { per, weight, priority } = this.#options;
    return this.retries > 0 || per !== undefined || weight !== undefined || priority !== undefined;
  }

  get hasTimeout(): boolean {
    return this.#options.timeout !== undefined;
  }

  /** How often an item is tried again. */
  get retries(): number {
    return this.#options.retries ?? 0;
  }

  /** Whether such a failure is worth another attempt. What greenpool finds wrong stays wrong. */
  isWorthRetrying(error: unknown): boolean {
    const { retryOn } = this.#options;
    if (error instanceof ItemError && !(error instanceof ExitError)) return false;
    return retryOn === undefined || isOneOf(retryOn, error);
  }

  /** What `item` is about, where a field says so. */
  keyOf(item: unknown): unknown {
    const { per } = this.#options;
    return per && fieldOf(item, per.field);
  }

  /** How many items may start in which time. */
  get rate(): RateOptions | undefined {
    return this.#rate;
  }

  /** Replaces the rate, also for items that wait. */
  setRate(rate: RateOptions | undefined): void {
    replaceRate(this.pool.core, rate);
    this.#rate = rate;
  }

  /** Changes how many items run at a time; those that run go on. */
  resize(size: number): void {
    this.#mostSlots = Math.max(this.#mostSlots, size);
    this.pool.resize(size);
  }

  /** Lets nothing start until `resume`. */
  pause(): void {
    this.pool.pause();
    // When nothing runs, nothing else may be left that keeps the process alive.
    this.#awake ??= setInterval(() => {}, LONGEST_TIMER);
  }

  resume(): void {
    clearInterval(this.#awake);
    this.#awake = undefined;
    this.pool.resume();
  }

  /** Lets nothing start for `ms` milliseconds; with a key, nothing of that. */
  throttle(ms: number, key: unknown): void {
    this.pool.with({ key }).throttle(ms);
  }

  /**
   * The pool as `item` is to see it.
   *
   * @throws {ItemError} `ERR_ITEM_FIELD`, when the item has no sensible weight or priority.
   */
  viewFor(item: unknown, mayRetry: (error: unknown) => boolean): GreenPool {
    const { backoff, weight, priority } = this.#options;
    const options: WithOptions = {
      key: this.keyOf(item),
      weight: weight === undefined ? undefined : this.#weightOf(item, weight),
      priority: priority === undefined ? undefined : numberOf(item, priority, 'priority'),
    };
    if (this.retries > 0) options.retry = { attempts: this.retries + 1, base: backoff, when: mayRetry };
    return this.pool.with(options);
  }

  /** How many slots `item`, which has a view, takes. */
  slotsOf(item: unknown): number {
    const { weight } = this.#options;
    return weight === undefined ? 1 : this.#weightOf(item, weight);
  }

  #weightOf(item: unknown, field: string): number {
    const value = numberOf(item, field, 'weight');
    // Not the size of now: a run that was made smaller would fail items that are right. The pool runs them alone.
    const most = this.#mostSlots;
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new ItemError('ERR_ITEM_FIELD', `the weight (${field}) must be a whole number from 1 to ${most}`);
  }
}

function numberOf(item: unknown, field: string, what: string): number {
  const value = fieldOf(item, field);
  // Fields of CSV are text.
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ItemError('ERR_ITEM_FIELD', `the ${what} (${field}) must be a number`);
}
