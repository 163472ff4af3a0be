import type { Clock } from '../../primitives/clock.ts';
import { Heap } from '../../primitives/heap.ts';
import type { GreenThread } from '../green-thread.ts';
import { Lane, type Turn, type Wake } from './per-key.ts';

/**
 * The lanes of a pool, and whose turn it is: by the priority of who is first in a lane, and in turn among equals. A lane that
 * nobody uses goes as soon as a new one would be the same, so a key that is idle costs nothing.
 */
export class Lanes {
  readonly #clock: Clock;
  /** What the `place` of those who wait says. */
  readonly #place: unknown;
  readonly #byKey = new Map<unknown, Lane>();
  /** For tasks without a key. */
  readonly #plain: Lane;
  /** Those that may be served, with places that have gone stale. */
  readonly #turns = new Heap<Turn>((a, b) => b.priority - a.priority || a.order - b.order);
  /** Those that nobody uses and that must not be forgotten yet. */
  readonly #cooling = new Heap<Wake>((a, b) => a.at - b.at);
  #order = 0;

  constructor(clock: Clock, place: unknown) {
    this.#clock = clock;
    this.#place = place;
    this.#plain = new Lane(undefined, place);
  }

  /** All there are. */
  all(): Lane[] {
    return [this.#plain, ...this.#byKey.values()];
  }

  /** The lane of `thread`. If it comes to nothing there, `leave` must be called, or `cool`. */
  of(thread: GreenThread<unknown>): Lane {
    const ticket = thread.extras?.ticket;
    return ticket?.lane ?? this.withKey(ticket?.key);
  }

  withKey(key: unknown): Lane {
    if (key === undefined) return this.#plain;
    let lane = this.#byKey.get(key);
    if (lane === undefined) {
      this.#sweep();
      lane = new Lane(key, this.#place);
      this.#byKey.set(key, lane);
    }
    return lane;
  }

  /** `thread` uses `lane` from now on: it waits there, or holds a slot as one of its key. */
  enter(thread: GreenThread<unknown>, lane: Lane): void {
    const ticket = thread.extras?.ticket;
    if (ticket !== undefined) ticket.lane = lane;
    lane.users += 1;
  }

  leave(thread: GreenThread<unknown>, lane: Lane): void {
    const ticket = thread.extras?.ticket;
    if (ticket !== undefined) ticket.lane = undefined;
    lane.users -= 1;
    this.cool(lane);
  }

  /** Lets `lane` go if nobody uses it. */
  cool(lane: Lane): void {
    if (lane.users > 0 || lane.isCooling || lane.key === undefined) return;
    const at = lane.freshAt;
    if (at === Number.NEGATIVE_INFINITY) this.#byKey.delete(lane.key);
    else this.#keep(lane, at);
    this.#sweep();
  }

  /** `lane` may be served, behind all others of its priority; one that stands there already keeps its turn. */
  queueUp(lane: Lane): void {
    const first = lane.line.peek();
    lane.wake = undefined;
    if (first === undefined) lane.turn = undefined;
    else if (lane.turn?.priority !== first.priority) {
      this.#order += 1;
      lane.turn = { lane, priority: first.priority, order: lane.turn?.order ?? this.#order };
      this.#turns.push(lane.turn);
    }
  }

  /** Whose turn it is; it keeps it until its `turn` is taken away. */
  next(): Lane | undefined {
    for (let turn = this.#turns.peek(); turn !== undefined; turn = this.#turns.peek()) {
      const { lane } = turn;
      if (lane.turn === turn && lane.line.peek()?.priority === turn.priority) return lane;
      this.#turns.pop();
      // The first one has left, and the next one has another priority, or there is none.
      if (lane.turn === turn) this.queueUp(lane);
    }
    return undefined;
  }

  /** No timer: what has gone cold meanwhile goes when the next lane comes or is left. */
  #sweep(): void {
    let next = this.#cooling.peek();
    if (next === undefined) return;
    const now = this.#clock.now();
    for (; next !== undefined && next.at <= now; next = this.#cooling.peek()) {
      this.#cooling.pop();
      const { lane } = next;
      lane.isCooling = false;
      if (lane.users > 0) continue;
      if (lane.freshAt > now) this.#keep(lane, lane.freshAt);
      else this.#byKey.delete(lane.key);
    }
  }

  #keep(lane: Lane, at: number): void {
    lane.isCooling = true;
    this.#cooling.push({ lane, at });
  }
}
