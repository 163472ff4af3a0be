import type { Clock } from '../primitives/clock.ts';

// Starts between two looks at the clock, at most. A look costs about 40 ns; with 4 that is 10 ns a start, and when tasks turn
// heavy all of a sudden, 4 of them pass before it is noticed. 16 saved another 7 ns and let 16 pass.
const LONGEST_STRIDE = 4;

// The stride aims at one look a millisecond: tasks of a millisecond or more are each looked at.
const LOOK_EVERY = 1;

/**
 * Sees to it that timers and I/O get their turns. Tasks that end without leaving the microtask queue would keep the
 * event loop out for as long as there are any: each start therefore asks `spend`, and once `yieldEvery` milliseconds have
 * passed without a turn, it is told to wait for the next one.
 */
export class FairTurn {
  /** The time of this turn is used up. */
  isOver = false;

  readonly #clock: Clock;
  readonly #yieldEvery: number;
  #resumptions: (() => void)[] = [];
  #isArmed = false;
  #since = 0;
  /** In this turn. */
  #lookedAt: number | undefined = undefined;
  #stride = 1;
  #left = 1;

  constructor(clock: Clock, yieldEvery: number) {
    this.#clock = clock;
    this.#yieldEvery = yieldEvery;
  }

  /** How many starts may go unlooked at. */
  get stride(): number {
    return this.#stride;
  }

  /** Counts one start. True when it must wait for the next turn. */
  spend(): boolean {
    if (this.isOver) return true;
    this.#left -= 1;
    if (this.#left > 0) return false;
    return this.look();
  }

  /** Calls `resume` when the next turn has come; this one is over. */
  onNext(resume: () => void): void {
    this.#resumptions.push(resume);
  }

  /** Looks at the clock. True when the time of this turn is used up; it begins with the first look. */
  look(): boolean {
    const now = this.#clock.now();
    if (this.#lookedAt !== undefined) this.#adapt(now - this.#lookedAt);
    this.#measure(now);
    this.#lookedAt = now;
    this.#left = this.#stride;
    return this.isOver;
  }

  /** As `look`, where nothing starts: it tells nothing of how heavy starts are. */
  glance(): boolean {
    this.#measure(this.#clock.now());
    return this.isOver;
  }

  #measure(now: number): void {
    if (this.#isArmed) this.isOver = now - this.#since >= this.#yieldEvery;
    else {
      this.#isArmed = true;
      this.#since = now;
      this.#clock.nextTurn(this.#turn);
    }
  }

  #adapt(elapsed: number): void {
    const fitting = elapsed <= 0 ? LONGEST_STRIDE : Math.floor((this.#stride * LOOK_EVERY) / elapsed);
    this.#stride = Math.max(1, Math.min(LONGEST_STRIDE, fitting));
  }

  readonly #turn = (): void => {
    this.#isArmed = false;
    // The first start of a turn starts its time, and what comes may be of another kind than what was.
    this.#lookedAt = undefined;
    this.#left = 1;
    this.#stride = 1;
    if (!this.isOver) return;
    this.isOver = false;
    const resumptions = this.#resumptions;
    this.#resumptions = [];
    for (const resume of resumptions) resume();
  };
}
