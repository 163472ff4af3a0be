import type { Piscina } from 'piscina';
import { systemClock } from '../primitives/clock.ts';
import { inRootContext } from '../primitives/context.ts';
import type { Call } from './call.ts';
import { Lane } from './lane.ts';
import type { LaneOwner } from './lane-owner.ts';

/** Turns of the event loop that a lane is kept for when it has nothing to do. */
const IDLE_TURNS = 2;

/** What the lanes of a pool ask of it. */
export interface LanesOwner extends LaneOwner {
  /** How many lanes there may be. */
  readonly size: number;
  /** `call` has `lane`, which is free. */
  send(lane: Lane, call: Call): void;
  /** A whole turn of the event loop has passed with a lane free, or room for one. */
  onIdleTurn(): void;
}

/** The lanes of one pool: those at work, those that are free, and the calls that wait for one. */
export class Lanes {
  readonly #engine: Piscina;
  readonly #owner: LanesOwner;
  readonly #grace: number;
  readonly #all = new Set<Lane>();
  readonly #free: Lane[] = [];
  /** Calls of tasks that have a slot, and no lane yet: some lane is at work for a task that has none, or is about to end. */
  #homeless: Call[] = [];
  /** Those that were told to end. */
  readonly #ending = new Set<Lane>();
  #isWatching = false;

  constructor(engine: Piscina, owner: LanesOwner, grace: number) {
    this.#engine = engine;
    this.#owner = owner;
    this.#grace = grace;
  }

  /** Lanes that are free, and those that there may be besides. */
  get left(): number {
    return this.#owner.size - this.#all.size + this.#free.length;
  }

  [Symbol.iterator](): IterableIterator<Lane> {
    return this.#all.values();
  }

  /** Finds a lane for `call`, now or later. */
  place(call: Call): void {
    const lane = this.#free.pop() ?? this.#open();
    if (lane === undefined) this.#homeless.push(call);
    else this.#owner.send(lane, call);
  }

  /** Takes the call of `thread` out, if it has no lane yet. */
  withdraw(thread: Call['thread']): Call | undefined {
    const index = this.#homeless.findIndex((call) => call.thread === thread);
    return index < 0 ? undefined : this.#homeless.splice(index, 1)[0];
  }

  /** `lane` has nothing to do. */
  rest(lane: Lane): void {
    this.#free.push(lane);
    this.#house();
    if (this.#free.length > 0) this.watch();
  }

  /** `lane` has ended, by itself or because it was told to. */
  leave(lane: Lane): void {
    this.#ending.delete(lane);
    this.#all.delete(lane);
    const index = this.#free.indexOf(lane);
    if (index >= 0) this.#free.splice(index, 1);
    this.#house();
  }

  #end(lane: Lane): void {
    this.#free.splice(this.#free.indexOf(lane), 1);
    this.#ending.add(lane);
    lane.end();
  }

  /** A new lane, unless one is about to come free, or all that there may be are there. */
  #open(): Lane | undefined {
    if (this.#homeless.length < this.#ending.size || this.#all.size >= this.#owner.size) return undefined;
    const lane = new Lane(this.#engine, this.#owner, this.#grace);
    this.#all.add(lane);
    return lane;
  }

  #house(): void {
    const calls = this.#homeless;
    this.#homeless = [];
    for (const call of calls) this.place(call);
  }

  /** Calls `onIdleTurn` in a turn of the event loop. */
  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    inRootContext(() => systemClock.nextTurn(this.#onTurn));
  }

  /** A lane that is free keeps the process alive, so it ends soon; its thread stays for a while, and does not. */
  readonly #onTurn = (): void => {
    this.#isWatching = false;
    this.#owner.onIdleTurn();
    for (const lane of [...this.#free]) {
      lane.idleTurns += 1;
      if (lane.idleTurns >= IDLE_TURNS) this.#end(lane);
    }
    if (this.#free.length > 0) this.watch();
  };
}
