import type { GreenThread } from '../core/green-thread.ts';
import { type Line, WaitLine } from '../core/wait-line.ts';
import { Fifo } from '../primitives/fifo.ts';
import { Call } from './call.ts';

type Thread = GreenThread<unknown>;

/** What a line asks of whoever sends its callers ahead. */
export interface AheadOwner {
  /** Takes one back that its thread has not begun. */
  takeOneBack(): Thread | undefined;
  /** Takes back all that can be, and gives those that cannot. */
  takeAllBack(): Thread[];
  /** There is a slot, and all who could have it are ahead: a turn of the event loop shows whether one is to be taken back. */
  lookLater(): void;
}

/**
 * The line of a pool of threads. Some of those who stand in it are *ahead*: their calls were sent to a thread together with that
 * of a task that has a slot. They go on standing here, and count, until their thread has answered. Then they are *ready*, and get
 * the next slots, each for the moment that it takes to end.
 */
export class AheadLine implements Line<Thread> {
  readonly #owner: AheadOwner;
  readonly #waiting = new WaitLine<Thread>({ place: this });
  /** Taken back: they have come before all that wait, and are few. */
  #returned: Thread[] = [];
  #isSorted = true;
  readonly #ready = new Fifo<Thread>();
  /** The ready ones among them. */
  #ahead = 0;
  /** Set while a thread has nothing else to do, or there are new slots. */
  mayTakeBack = false;

  constructor(owner: AheadOwner) {
    this.#owner = owner;
  }

  get length(): number {
    return this.#waiting.length + this.#returned.length + this.#ahead;
  }

  /** Those who are not ahead. */
  get left(): number {
    return this.#waiting.length + this.#returned.length;
  }

  push(thread: Thread): void {
    this.#waiting.push(thread);
  }

  shift(): Thread | undefined {
    for (let thread = this.#ready.shift(); thread !== undefined; thread = this.#ready.shift()) {
      if (this.#isAhead(thread)) return this.#out(thread);
    }
    const thread = this.#shiftLeft();
    if (thread !== undefined) return thread;
    if (this.#ahead === 0) return undefined;
    if (this.mayTakeBack) return this.#owner.takeOneBack() && this.#shiftLeft();
    this.#owner.lookLater();
    return undefined;
  }

  /** The next one that is not ahead. */
  peek(): Thread | undefined {
    return this.#isReturnedNext ? this.#returned[0] : this.#waiting.peek();
  }

  /** The one that `peek` gives is ahead from now on. */
  goAhead(): void {
    const thread = this.#shiftLeft();
    if (thread === undefined) return;
    thread.place = this;
    this.#ahead += 1;
  }

  /** The thread of one that is ahead has answered, or needs its slot now. */
  ready(thread: Thread): void {
    if (thread.place === this) this.#ready.push(thread);
  }

  /** One that was ahead is not any more. */
  comeBack(thread: Thread): void {
    if (thread.place !== this) return;
    this.#ahead -= 1;
    this.#returned.push(thread);
    this.#isSorted = false;
  }

  /** One that is ahead leaves. */
  forget(thread: Thread): void {
    if (thread.place === this) this.#out(thread);
  }

  /** One that is not ahead leaves. */
  leave(thread: Thread): void {
    const index = this.#returned.indexOf(thread);
    if (index < 0) this.#waiting.leave(thread);
    else {
      this.#returned.splice(index, 1);
      thread.place = undefined;
    }
  }

  drain(): Thread[] {
    const begun = this.#owner.takeAllBack().filter((thread) => thread.place === this);
    for (const thread of begun) this.#out(thread);
    for (let thread = this.#ready.shift(); thread !== undefined; thread = this.#ready.shift()) {
      if (this.#isAhead(thread)) begun.push(this.#out(thread));
    }
    for (const thread of this.#returned) thread.place = undefined;
    const all = [...begun, ...this.#returned, ...this.#waiting.drain()];
    this.#returned = [];
    return all;
  }

  /** One that was killed meanwhile has left, and may have come back as one that waits. */
  #isAhead(thread: Thread): boolean {
    return thread.place === this && thread.outcome instanceof Call;
  }

  get #isReturnedNext(): boolean {
    // Many may have come at once.
    if (!this.#isSorted) this.#returned.sort((a, b) => b.priority - a.priority || a.id - b.id);
    this.#isSorted = true;
    const [first] = this.#returned;
    return (
      first !== undefined && first.priority >= (this.#waiting.peek()?.priority ?? Number.NEGATIVE_INFINITY)
    );
  }

  #shiftLeft(): Thread | undefined {
    if (!this.#isReturnedNext) return this.#waiting.shift();
    const thread = this.#returned.shift();
    if (thread !== undefined) thread.place = undefined;
    return thread;
  }

  #out(thread: Thread): Thread {
    this.#ahead -= 1;
    thread.place = undefined;
    return thread;
  }
}
