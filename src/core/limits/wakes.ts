import { Heap } from '../../primitives/heap.ts';
import type { Lane } from './lanes.ts';
import type { Rate } from './rate.ts';

/** When something is to be looked at again; stale when that names another one. */
export interface Wake {
  readonly at: number;
  readonly order: number;
  readonly sleeper: Lane | Parking;
}

/** Lanes that wait for the rate of one view, each for its turn. */
class Parking {
  readonly rate: Rate;
  /** In order; those that were served otherwise are still here. */
  readonly lanes: Set<Lane> = new Set();
  wake: Wake | undefined = undefined;

  constructor(rate: Rate) {
    this.rate = rate;
  }
}

// Stale wakes are dropped when there may be more of them than of others, above this many.
const SWEEP_FROM = 64;

/**
 * Lanes that time holds back. Those that wait for one and the same rate are woken one for each start that it allows: to look at
 * all of them each time would cost as much as there are keys.
 */
export class Wakes {
  readonly #wakes = new Heap<Wake>((a, b) => a.at - b.at || a.order - b.order);
  readonly #parkings = new Map<Rate, Parking>();
  #order = 0;
  /** How many were left after the last sweep. */
  #swept = 0;

  /** `lane` is to be looked at again at `at`. */
  sleep(lane: Lane, at: number): void {
    this.#set(lane, at);
  }

  /** `lane` waits for `rate`. */
  park(lane: Lane, rate: Rate): void {
    const parking = this.#parkings.get(rate) ?? new Parking(rate);
    this.#parkings.set(rate, parking);
    lane.parkedAt = rate;
    parking.lanes.add(lane);
    if (parking.wake === undefined) this.#set(parking, rate.readyAt);
  }

  /** The lanes whose time has come: of those that share a rate, one. */
  due(now: number): Lane[] {
    const lanes: Lane[] = [];
    const again: Parking[] = [];
    for (let wake = this.#next(); wake !== undefined && wake.at <= now; wake = this.#next()) {
      const { sleeper } = wake;
      this.#wakes.pop();
      sleeper.wake = undefined;
      if (!(sleeper instanceof Parking)) lanes.push(sleeper);
      else if (sleeper.rate.isReady(now)) {
        const lane = firstParked(sleeper);
        if (lane !== undefined) lanes.push(lane);
        again.push(sleeper);
      } else again.push(sleeper);
    }
    for (const parking of again) this.#expect(parking);
    return lanes;
  }

  /** When the next one is due; `undefined` when none is. */
  get nextAt(): number | undefined {
    return this.#next()?.at;
  }

  #expect(parking: Parking): void {
    if (parking.lanes.size === 0) this.#parkings.delete(parking.rate);
    else this.#set(parking, parking.rate.readyAt);
  }

  #set(sleeper: Lane | Parking, at: number): void {
    this.#order += 1;
    sleeper.wake = { at, order: this.#order, sleeper };
    this.#wakes.push(sleeper.wake);
    if (this.#wakes.size <= SWEEP_FROM + 2 * this.#swept) return;
    // Lanes lose their wake without a word when they are served otherwise.
    this.#wakes.filter((wake) => wake.sleeper.wake === wake);
    this.#swept = this.#wakes.size;
  }

  #next(): Wake | undefined {
    let wake = this.#wakes.peek();
    while (wake !== undefined && wake.sleeper.wake !== wake) {
      this.#wakes.pop();
      wake = this.#wakes.peek();
    }
    return wake;
  }
}

/** The one that has waited longest; those that left are dropped. */
function firstParked({ lanes, rate }: Parking): Lane | undefined {
  for (const lane of lanes) {
    lanes.delete(lane);
    if (lane.parkedAt === rate) return lane;
  }
  return undefined;
}
