import {
  checkedCount,
  checkedDuration,
  checkedFunction,
  checkedObject,
  show,
} from '../../primitives/checks.ts';
import { retryAfterOf } from './retry-after.ts';

/** What happens when a task fails. */
export interface RetryOptions {
  /** How often a task is tried in all, the first time included: an integer >= 1, or `Infinity`. */
  attempts: number;
  /**
   * How the delay grows: doubled each time (`'exponential'`, the default), by `base` each time (`'linear'`), not at all
   * (`'constant'`), or as a function says, in ms; `attempt` is the one that failed, from 1.
   */
  backoff?: 'exponential' | 'linear' | 'constant' | ((attempt: number, error: unknown) => number) | undefined;
  /** The first delay, in ms. Default 250. */
  base?: number | undefined;
  /** The longest delay, in ms. Default 30,000. What the other side asks for (`Retry-After`) may be longer. */
  max?: number | undefined;
  /**
   * How the delay is spread, so that those who failed together do not come back together: evenly from 0 to the delay
   * (`'full'`, the default), over its second half (`'equal'`), or not (`'none'`).
   */
  jitter?: 'full' | 'equal' | 'none' | undefined;
  /** Whether this failure is worth another attempt; `attempt` is the one that failed, from 1. Default: every failure is. */
  when?: ((error: unknown, attempt: number) => boolean) | undefined;
  /**
   * Retries as a share of first starts, from 0 up: with 0.1 there is one retry for every ten tasks, counted over the last
   * thousand. Beyond it failures are final: where everything fails, retries only make it worse. Default `Infinity`.
   */
  budget?: number | undefined;
}

type Checked = { readonly [Name in keyof RetryOptions]-?: NonNullable<RetryOptions[Name]> };

/** The defaults of `RetryOptions`. */
const retryDefaults: Omit<Checked, 'attempts'> = Object.freeze({
  backoff: 'exponential',
  base: 250,
  max: 30_000,
  jitter: 'full',
  when: () => true,
  budget: Number.POSITIVE_INFINITY,
});

// How much budget may gather while nothing fails: the share of that many starts.
const BUDGET_STARTS = 1000;
// Ten tenths add up to less than one.
const WHOLE = 1 - 1e-9;

/** @throws {TypeError | RangeError} when an option is of the wrong kind. */
export function checkedRetry(options: unknown): Retry {
  checkedObject('retry', options);
  const given = Object.entries(options as RetryOptions).filter(([, value]) => value !== undefined);
  const checked: Checked = { ...retryDefaults, ...Object.fromEntries(given) } as Checked; // each field is checked
  const { attempts, backoff, base, max, jitter, when, budget } = checked;
  checkedCount('retry.attempts', attempts, 1);
  if (typeof backoff !== 'function')
    checkedChoice('retry.backoff', backoff, ['exponential', 'linear', 'constant']);
  checkedDuration('retry.base', base);
  checkedDuration('retry.max', max);
  checkedChoice('retry.jitter', jitter, ['full', 'equal', 'none']);
  checkedFunction('retry.when', when);
  if (typeof budget !== 'number' || Number.isNaN(budget)) {
    throw new TypeError(`retry.budget must be a number >= 0, got ${show(budget)}`);
  }
  if (budget < 0) throw new RangeError(`retry.budget must be >= 0, got ${budget}`);
  return new Retry(checked);
}

/** Whether a task that failed is tried again, and when. One for all tasks that share the options, and so the budget. */
export class Retry {
  readonly #options: Checked;
  /** Retries that may be made. */
  #credit = 0;

  constructor(options: Checked) {
    this.#options = options;
  }

  /** A task starts for the first time. */
  countStart(): void {
    const { budget } = this.#options;
    if (budget === Number.POSITIVE_INFINITY) return;
    this.#credit = Math.min(this.#credit + budget, Math.max(1, budget * BUDGET_STARTS));
  }

  /**
   * Milliseconds until the next attempt; `undefined` when there is none.
   *
   * @throws what `when` or `backoff` throws, and `TypeError | RangeError` when `backoff` gives no duration.
   */
  delayAfter(attempt: number, error: unknown): number | undefined {
    const { attempts, when, budget } = this.#options;
    if (attempt >= attempts || !when(error, attempt)) return undefined;
    const delay = retryAfterOf(error) ?? this.#spread(this.#delay(attempt, error));
    if (budget === Number.POSITIVE_INFINITY) return delay;
    if (this.#credit < WHOLE) return undefined;
    this.#credit -= 1;
    return delay;
  }

  #delay(attempt: number, error: unknown): number {
    const { backoff, base, max } = this.#options;
    if (typeof backoff === 'function') {
      return Math.min(max, checkedDuration('what retry.backoff returns', backoff(attempt, error)));
    }
    // Not 1 << n, which comes round at 32.
    const factor = { exponential: 2 ** (attempt - 1), linear: attempt, constant: 1 }[backoff];
    return base === 0 ? 0 : Math.min(max, base * factor);
  }

  /** Full jitter spreads best and costs the fewest attempts in all: M. Brooker, "Exponential backoff and jitter", AWS, 2015. */
  #spread(delay: number): number {
    const { jitter } = this.#options;
    if (jitter === 'none' || delay === Number.POSITIVE_INFINITY) return delay;
    return jitter === 'full' ? Math.random() * delay : delay / 2 + (Math.random() * delay) / 2;
  }
}

function checkedChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return; // what is no string is not among them
  const list = choices.map((choice) => `'${choice}'`).join(', ');
  throw new TypeError(`${name} must be one of ${list}, got ${show(value)}`);
}
