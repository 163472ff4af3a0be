import { GreenletExit } from '../../errors.ts';
import { ItemError } from '../failures/item-error.ts';
import { formatCount, formatDuration } from '../progress/figures.ts';
import type { StopTicking, Ticks } from '../ticks.ts';
import type { ItemRun } from './item-run.ts';
import type { RunningItem } from './running-item.ts';

/** What the watch over functions that ignore their timeout is made of. */
export interface OverdueParts {
  /** Milliseconds that an attempt may take. */
  readonly timeout: number;
  /** Milliseconds from then on until nobody waits for the function any more. */
  readonly patience: number;
  readonly ticks: Ticks;
  readonly print: (text: string) => void;
}

/** The run that is watched. */
export type WatchedRun = Pick<ItemRun, 'limits' | 'mayReadOn' | 'hasFed' | 'cancel' | 'abandon'>;

/** An item whose function runs. */
interface Watched {
  /** When the wait for it is over. */
  due: number;
  readonly giveUp: (error: ItemError) => void;
}

// One look for all items, from outside of them: a timer for each would cost more than most of them, and would run in
// the green thread that set it.
const LOOK_EVERY = 250;

/**
 * Gives up items whose functions ignore that their time is over. Such an item has failed, but its slot stays taken until
 * its function ends, so no more than so many ever run. The run ends when only such functions are left, and stops when
 * nothing else can start because of them.
 */
export class Overdue {
  readonly #parts: OverdueParts;
  /** In the order in which they are due. */
  readonly #watched: Map<RunningItem, Watched> = new Map();
  /** What was given up and goes on, and the slots that it holds. */
  readonly #overdue: Map<RunningItem, number> = new Map();
  #stopLooking: StopTicking = () => {};
  #wasStuck = false;
  #isStuck = false;

  constructor(parts: OverdueParts) {
    this.#parts = parts;
  }

  /** Whether the run was stopped, since functions that did not end held what the rest waited for. */
  get isStuck(): boolean {
    return this.#isStuck;
  }

  /** Watches until closed. */
  attend(run: WatchedRun): void {
    this.#stopLooking = this.#parts.ticks.every(LOOK_EVERY, () => this.#look(run));
  }

  close(): void {
    this.#stopLooking();
  }

  /** A function starts. `giveUp` is called if it has not ended long after its time. */
  begin(running: RunningItem, giveUp: (error: ItemError) => void): void {
    const { timeout, patience, ticks } = this.#parts;
    this.#watched.set(running, { due: ticks.now() + timeout + patience, giveUp });
  }

  /** A function has ended. True if its item was given up before. */
  end(running: RunningItem): boolean {
    this.#watched.delete(running);
    return this.#overdue.delete(running);
  }

  #look(run: WatchedRun): void {
    const now = this.#parts.ticks.now();
    for (const [running, watched] of this.#watched) {
      if (watched.due > now) break;
      this.#watched.delete(running);
      if (running.verdict === undefined) this.#wait(running, watched, now);
      else this.#giveUp(running, watched, run);
    }
    if (this.#overdue.size > 0) this.#lookAtSlots(run);
    else this.#wasStuck = false;
  }

  // Something held this process up, and the function has yet to be told: it has its grace from then on.
  #wait(running: RunningItem, watched: Watched, now: number): void {
    watched.due = now + this.#parts.patience;
    this.#watched.set(running, watched);
  }

  #giveUp(running: RunningItem, { giveUp }: Watched, { limits }: WatchedRun): void {
    const { patience } = this.#parts;
    this.#overdue.set(running, limits.slotsOf(running.item.value));
    const message = `its function did not end within ${formatDuration(patience)} after its time was over`;
    giveUp(new ItemError('ERR_NEVER_ENDED', message));
  }

  /** Ends the run if nothing but what was given up is in a slot, and nothing else ever can be. */
  #lookAtSlots(run: WatchedRun): void {
    const { pool } = run.limits;
    const held = [...this.#overdue.values()].reduce((sum, slots) => sum + slots, 0);
    const { waiting } = pool.stats();
    const isForTime = waiting['held:rate'] + waiting['held:paused'] + waiting.backoff > 0;
    if (pool.running() > held || isForTime) {
      this.#wasStuck = false;
      return;
    }
    // An item of another key may yet be read.
    const isForSlot = waiting.queued > 0 || (waiting['held:key'] > 0 && !run.mayReadOn);
    if (isForSlot) this.#stop(run);
    else if (run.hasFed && waiting['held:key'] === 0) run.abandon(new GreenletExit('nothing else is left'));
  }

  // At the second look: an item that is just getting its slot waits too.
  #stop(run: WatchedRun): void {
    const { print } = this.#parts;
    if (this.#wasStuck && !this.#isStuck) {
      this.#isStuck = true;
      const count = this.#overdue.size;
      const [who, their, they] =
        count === 1 ? ['1 function', 'its', 'it'] : [`${formatCount(count)} functions`, 'their', 'they'];
      print(
        `greenpool: stopped: ${who} did not end after ${their} time and held the slots of all that is left; hand ctx.signal to what ${they} waited for, as in fetch(url, { signal })`,
      );
      run.cancel(new GreenletExit('the run was stopped, since functions that did not end held its slots'));
    }
    this.#wasStuck = true;
  }
}
